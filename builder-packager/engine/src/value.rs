//! Values that pass between Rust and JavaScript.

use rquickjs::{Array, ArrayBuffer, Ctx, FromJs, IntoJs, Result, String as JsString, Value};

/// A text of JavaScript. A lone surrogate, which UTF-8 cannot express, becomes U+FFFD, as in Node.js.
pub struct Text(pub String);

impl<'js> FromJs<'js> for Text {
    fn from_js(_: &Ctx<'js>, value: Value<'js>) -> Result<Self> {
        let kind = value.type_name();
        let text = value.into_string().ok_or(rquickjs::Error::new_from_js(kind, "string"))?.to_cstring()?;
        // SAFETY: the pointer and the length are those of the engine's own copy, which lives as long as `text`.
        let bytes = unsafe { std::slice::from_raw_parts(text.as_ptr().cast::<u8>(), text.len()) };
        Ok(Self(from_wtf8(bytes)))
    }
}

/// quickjs writes a lone surrogate as the three bytes that UTF-8 would have for it: ED, A0 to BF, 80 to BF.
fn from_wtf8(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = rest.windows(3).position(|three| three[0] == 0xED && three[1] >= 0xA0) {
        text.push_str(&String::from_utf8_lossy(&rest[..at]));
        text.push('\u{FFFD}');
        rest = &rest[at + 3..];
    }
    text.push_str(&String::from_utf8_lossy(rest));
    text
}

/// A path, a name or the target of a link. A lone surrogate from U+DC80 to U+DCFF is the byte that it ends with: names of files
/// are bytes, and an app may have any.
pub struct Name(pub Vec<u8>);

impl<'js> FromJs<'js> for Name {
    fn from_js(_: &Ctx<'js>, value: Value<'js>) -> Result<Self> {
        let kind = value.type_name();
        let text = value.into_string().ok_or(rquickjs::Error::new_from_js(kind, "string"))?.to_cstring()?;
        // SAFETY: as above.
        let bytes = unsafe { std::slice::from_raw_parts(text.as_ptr().cast::<u8>(), text.len()) };
        Ok(Self(match std::str::from_utf8(bytes) {
            Ok(name) => name.as_bytes().to_vec(),
            Err(_) => unescaped(bytes),
        }))
    }
}

/// The bytes of lone surrogates in their place: ED B2 80 is 80, ED B3 BF is FF. Others become U+FFFD.
fn unescaped(bytes: &[u8]) -> Vec<u8> {
    let mut name = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, others @ ..] = rest {
        match (first, others) {
            (0xED, [second @ (0xB2 | 0xB3), third, ..]) => {
                name.push(((second & 1) << 6) | (third & 0x3F) | 0x80);
                rest = &rest[3..];
            }
            (0xED, [0xA0..=0xBF, _, ..]) => {
                name.extend("\u{FFFD}".as_bytes());
                rest = &rest[3..];
            }
            _ => {
                name.push(*first);
                rest = others;
            }
        }
    }
    name
}

/// The text of a name for JavaScript, with lone surrogates for bytes that are not UTF-8.
fn name_to_js<'js>(ctx: &Ctx<'js>, name: &[u8]) -> Result<Value<'js>> {
    if let Ok(name) = std::str::from_utf8(name) {
        return JsString::from_str(ctx.clone(), name)?.into_js(ctx);
    }
    let mut units: Vec<u16> = Vec::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        units.extend(chunk.valid().encode_utf16());
        units.extend(chunk.invalid().iter().map(|byte| 0xDC00 | u16::from(*byte)));
    }
    // SAFETY: the engine copies that many units.
    let value = unsafe { rquickjs::qjs::JS_NewStringUTF16(ctx.as_raw().as_ptr(), units.as_ptr(), units.len() as _) };
    // SAFETY: a new value, which is ours.
    Ok(unsafe { Value::from_raw(ctx.clone(), value) })
}

/// The result of a host function.
pub enum Out {
    /// The number of an error of the system; JavaScript gets it negated.
    Error(i32),
    Number(f64),
    Text(String),
    Name(Vec<u8>),
    Bytes(Vec<u8>),
    Numbers(Vec<f64>),
    Texts(Vec<String>),
    /// Name and type of each entry of a directory.
    Entries(Vec<(Vec<u8>, u8)>),
    /// Texts and numbers in turn are too rare for more cases: a code and a signal.
    Pair(f64, f64),
    Undefined,
}

impl<'js> IntoJs<'js> for Out {
    fn into_js(self, ctx: &Ctx<'js>) -> Result<Value<'js>> {
        match self {
            Self::Error(number) => (-number).into_js(ctx),
            Self::Number(number) => number.into_js(ctx),
            Self::Text(text) => JsString::from_str(ctx.clone(), &text)?.into_js(ctx),
            Self::Name(name) => name_to_js(ctx, &name),
            // the engine's own memory, so that its limit counts them
            Self::Bytes(bytes) => ArrayBuffer::new_copy(ctx.clone(), bytes)?.into_js(ctx),
            Self::Numbers(numbers) => array(ctx, numbers),
            Self::Texts(texts) => array(ctx, texts),
            Self::Pair(first, second) => array(ctx, [first, second]),
            Self::Undefined => Ok(Value::new_undefined(ctx.clone())),
            Self::Entries(entries) => {
                let list = Array::new(ctx.clone())?;
                for (at, (name, kind)) in entries.into_iter().enumerate() {
                    list.set(2 * at, name_to_js(ctx, &name)?)?;
                    list.set(2 * at + 1, kind)?;
                }
                list.into_js(ctx)
            }
        }
    }
}

fn array<'js, T: IntoJs<'js>>(ctx: &Ctx<'js>, items: impl IntoIterator<Item = T>) -> Result<Value<'js>> {
    let list = Array::new(ctx.clone())?;
    for (at, item) in items.into_iter().enumerate() {
        list.set(at, item)?;
    }
    list.into_js(ctx)
}

/// The bytes of a part of an ArrayBuffer; empty if the part is outside of it.
///
/// They must not be kept while JavaScript runs, which can detach the buffer.
pub fn part<'a>(buffer: &'a ArrayBuffer<'_>, offset: f64, length: f64) -> &'a [u8] {
    let Some(bytes) = buffer.as_raw() else { return &[] };
    // SAFETY: the buffer is alive while `buffer` is borrowed, and nothing else runs in this thread meanwhile.
    let bytes: &'a [u8] = unsafe { &*bytes.as_ptr() };
    range(bytes.len(), offset, length).map_or(&[], |range| &bytes[range])
}

/// The same, to write into.
#[allow(clippy::mut_from_ref)]
pub fn part_mut<'a>(buffer: &'a ArrayBuffer<'_>, offset: f64, length: f64) -> &'a mut [u8] {
    let Some(bytes) = buffer.as_raw() else { return &mut [] };
    // SAFETY: as above; each host function takes one part of one buffer.
    let bytes: &'a mut [u8] = unsafe { &mut *bytes.as_ptr() };
    range(bytes.len(), offset, length).map_or(&mut [], |range| &mut bytes[range])
}

fn range(size: usize, offset: f64, length: f64) -> Option<std::ops::Range<usize>> {
    let (start, length) = (offset as usize, length as usize); // casts of NaN and negative numbers give 0
    let end = start.checked_add(length)?;
    (end <= size).then_some(start..end)
}
