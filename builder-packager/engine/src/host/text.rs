//! `engine:text`: texts and bytes in the encodings of Node.js.

use super::native_module;
use crate::value::{Out, Text, part};
use rquickjs::{ArrayBuffer, Result, String as JsString, Value};
#[cfg(feature = "build")]
use unicode_segmentation::UnicodeSegmentation;

native_module!(TextModule {
    "decode": decode,
    "encode": encode,
    "byteLength": byte_length,
    "indexOf": index_of,
    "compare": compare,
    "graphemes": graphemes,
});

/// The text of bytes in UTF-8; U+FFFD stands for what is not.
pub fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn decode(bytes: ArrayBuffer<'_>, offset: f64, length: f64, encoding: Text, is_fatal: bool) -> Out {
    let bytes = part(&bytes, offset, length);
    match encoding.0.as_str() {
        "latin1" => Out::Text(bytes.iter().copied().map(char::from).collect()),
        "ascii" => Out::Text(bytes.iter().map(|byte| char::from(byte & 0x7F)).collect()),
        "hex" => Out::Text(hex(bytes)),
        "base64" => Out::Text(base64(bytes, STANDARD, true)),
        "base64url" => Out::Text(base64(bytes, URL_SAFE, false)),
        "utf16le" => utf16(bytes, is_fatal),
        _ if is_fatal => std::str::from_utf8(bytes).map_or(Out::Undefined, |text| Out::Text(text.to_owned())),
        _ => Out::Text(String::from_utf8_lossy(bytes).into_owned()),
    }
}

fn utf16(bytes: &[u8], is_fatal: bool) -> Out {
    let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    if !is_fatal {
        return Out::Text(char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{FFFD}')).collect());
    }
    if bytes.len() % 2 == 1 {
        return Out::Undefined;
    }
    char::decode_utf16(units).collect::<std::result::Result<String, _>>().map_or(Out::Undefined, Out::Text)
}

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// The text of certificates and the like.
#[cfg(feature = "build")]
pub fn base64_of(bytes: &[u8]) -> String {
    base64(bytes, STANDARD, true)
}

fn base64(bytes: &[u8], alphabet: &[u8; 64], is_padded: bool) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for at in 0..4 {
            if at <= three.len() {
                text.push(char::from(alphabet[(bits >> (18 - 6 * at)) as usize & 63]));
            } else if is_padded {
                text.push('=');
            }
        }
    }
    text
}

fn encode(text: Value<'_>, encoding: Text) -> Result<Out> {
    let Some(text) = text.into_string() else {
        return Ok(Out::Undefined);
    };
    Ok(Out::Bytes(match encoding.0.as_str() {
        "latin1" | "ascii" => units(&text)?.into_iter().map(|unit| unit as u8).collect(),
        "utf16le" => units(&text)?.into_iter().flat_map(u16::to_le_bytes).collect(),
        "hex" => from_hex(&utf8(text)?),
        "base64" | "base64url" => from_base64(&utf8(text)?),
        _ => utf8(text)?.into_bytes(),
    }))
}

fn utf8(text: JsString<'_>) -> Result<String> {
    use rquickjs::FromJs;
    let ctx = text.ctx().clone();
    Ok(Text::from_js(&ctx, text.into_value())?.0)
}

/// The UTF-16 units of a text, lone surrogates among them.
fn units(text: &JsString<'_>) -> Result<Vec<u16>> {
    let text = text.clone().to_cstring()?;
    // SAFETY: the engine's own copy, alive as long as `text`.
    let bytes = unsafe { std::slice::from_raw_parts(text.as_ptr().cast::<u8>(), text.len()) };
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.encode_utf16().collect());
    }
    let mut units = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, ..] = *rest {
        let length = match first {
            0..0x80 => 1,
            0x80..0xE0 => 2,
            0xE0..0xF0 => 3,
            _ => 4,
        };
        let (one, others) = rest.split_at(length.min(rest.len()));
        rest = others;
        match std::str::from_utf8(one) {
            Ok(one) => units.extend(one.encode_utf16()),
            // a lone surrogate
            Err(_) => units.push(0xD000 | u16::from(one[1] & 0x3F) << 6 | u16::from(one[2] & 0x3F)),
        }
    }
    Ok(units)
}

/// Up to the first pair that is not hexadecimal, as Node.js.
fn from_hex(text: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    text.as_bytes().chunks_exact(2).map_while(|pair| Some((digit(pair[0])? * 16 + digit(pair[1])?) as u8)).collect()
}

/// Both alphabets; other characters are ignored, and the first `=` ends the text, as in Node.js.
fn from_base64(text: &str) -> Vec<u8> {
    let (mut bytes, mut bits, mut count) = (Vec::with_capacity(text.len() / 4 * 3), 0u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

fn byte_length(text: Text) -> f64 {
    text.0.len() as f64
}

#[allow(clippy::too_many_arguments)]
fn index_of(
    bytes: ArrayBuffer<'_>,
    offset: f64,
    length: f64,
    wanted: ArrayBuffer<'_>,
    wanted_offset: f64,
    wanted_length: f64,
    from: f64,
) -> f64 {
    let (bytes, wanted) = (part(&bytes, offset, length), part(&wanted, wanted_offset, wanted_length));
    let from = from as usize;
    if wanted.is_empty() || from > bytes.len() {
        return -1.0;
    }
    bytes[from..].windows(wanted.len()).position(|window| window == wanted).map_or(-1.0, |at| (at + from) as f64)
}

fn compare(a: ArrayBuffer<'_>, a_offset: f64, a_length: f64, b: ArrayBuffer<'_>, b_offset: f64, b_length: f64) -> f64 {
    part(&a, a_offset, a_length).cmp(part(&b, b_offset, b_length)) as i8 as f64
}

/// The characters that a reader sees, each as a text (https://www.unicode.org/reports/tr29/).
#[cfg(feature = "build")]
fn graphemes(text: Text) -> Out {
    Out::Texts(text.0.graphemes(true).map(str::to_owned).collect())
}

/// Without the tables of Unicode, each code point is one.
#[cfg(not(feature = "build"))]
fn graphemes(text: Text) -> Out {
    Out::Texts(text.0.chars().map(String::from).collect())
}
