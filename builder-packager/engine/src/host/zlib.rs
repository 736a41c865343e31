//! `engine:zlib`: streams that compress and decompress.

use super::bzip2::bzip2;
use super::crypto::Handles;
use super::decoders::{Step, Xz, Zstd};
use super::deflate::{Deflate, Settings, Wrapper};
use super::native_module;
use crate::event_loop;
use crate::value::{Out, Text, part};
use flate2::{Decompress, FlushDecompress, Status};
use rquickjs::{ArrayBuffer, Ctx, Function};
use std::cell::RefCell;

native_module!(Zlib {
    "newStream": new_stream,
    "setDictionary": set_dictionary,
    "push": push,
    "pushLater": push_later,
    "unused": unused,
    "closeStream": close_stream,
    "crc32": crc32,
    "bzip2": bzip2,
});

enum Coder {
    Compress(Deflate),
    Decompress(Decompress),
    Xz(Xz),
    Zstd(Box<Zstd>),
}

struct Stream {
    coder: Coder,
    /// Bytes of the input behind the end of the stream, once it was met.
    unused: Option<usize>,
}

thread_local! {
    static STREAMS: RefCell<Handles<Stream>> = const { RefCell::new(Handles::new()) };
}

/// The numbers are those of the options of zlib; a decoder ignores them.
fn new_stream(format: Text, level: i32, mem_level: i32, strategy: i32, chunk: f64) -> f64 {
    let settings = Settings { level, mem_level, strategy, chunk: (chunk as usize).min(1 << 26) };
    let compress = |wrapper| Deflate::new(wrapper, &settings).map(Coder::Compress);
    let coder = match format.0.as_str() {
        "gzip" => compress(Wrapper::Gzip),
        "deflate" => compress(Wrapper::Zlib),
        "deflateRaw" => compress(Wrapper::None),
        format => decoder(format),
    };
    let Some(coder) = coder else { return -1.0 };
    STREAMS.with_borrow_mut(|streams| streams.add(Stream { coder, unused: None }))
}

fn decoder(format: &str) -> Option<Coder> {
    Some(match format {
        "gunzip" => Coder::Decompress(Decompress::new_gzip(15)),
        "inflate" => Coder::Decompress(Decompress::new(true)),
        "unxz" => Coder::Xz(Xz::new()),
        "unzstd" => Coder::Zstd(Box::new(Zstd::new())),
        "inflateRaw" => Coder::Decompress(Decompress::new(false)),
        _ => return None,
    })
}

/// The bytes that the input of a stream may repeat; false if it takes none.
fn set_dictionary(stream: f64, bytes: ArrayBuffer<'_>, offset: f64, length: f64) -> bool {
    STREAMS.with_borrow_mut(|streams| match streams.get(stream) {
        Some(Stream { coder: Coder::Compress(coder), .. }) => coder.set_dictionary(part(&bytes, offset, length)),
        _ => false,
    })
}

fn push(stream: f64, bytes: ArrayBuffer<'_>, offset: f64, length: f64, flush: i32) -> Out {
    STREAMS.with_borrow_mut(|streams| match streams.get(stream) {
        Some(stream) => stream.push(part(&bytes, offset, length), flush).map_or_else(Out::Text, Out::Bytes),
        None => Out::Text("stream is closed".to_owned()),
    })
}

/// Compresses the last bytes of a stream in a thread, and closes the stream. `done` gets what `push` returns.
fn push_later<'js>(
    ctx: Ctx<'js>,
    stream: f64,
    bytes: ArrayBuffer<'js>,
    offset: f64,
    length: f64,
    flush: i32,
    done: Function<'js>,
) {
    let stream = STREAMS.with_borrow_mut(|streams| streams.take(stream));
    let bytes = part(&bytes, offset, length).to_vec();
    let coder = stream.and_then(|stream| match stream.coder {
        Coder::Compress(coder) => Some(coder),
        _ => None,
    });
    event_loop::in_thread(&ctx, done, move || {
        let Some(mut coder) = coder else { return Out::Text("stream is closed".to_owned()) };
        let mut output = Vec::new();
        coder.push(&bytes, flush, &mut output).map_or_else(Out::Text, |()| Out::Bytes(output))
    });
}

/// The flush of zlib that ends a stream.
const FINISH: i32 = 4;

impl Stream {
    /// What comes out, or the text of the error.
    fn push(&mut self, mut input: &[u8], flush: i32) -> Result<Vec<u8>, String> {
        let mut output = Vec::with_capacity(input.len().saturating_mul(2).clamp(1 << 12, 1 << 20));
        if let Some(unused) = &mut self.unused {
            *unused += input.len();
            return Ok(output);
        }
        if let Coder::Compress(coder) = &mut self.coder {
            coder.push(input, flush, &mut output)?;
            return Ok(output);
        }
        if let Some(step) = self.coder.decode(input, &mut output, flush == FINISH) {
            let step = step?;
            if step.is_ended {
                self.unused = Some(input.len() - step.taken);
            }
            return Ok(output);
        }
        loop {
            if output.len() == output.capacity() {
                output.reserve(output.len().max(1 << 12));
            }
            let (taken, status) = self.coder.step(input, &mut output)?;
            input = &input[taken..];
            match status {
                Status::StreamEnd => {
                    self.unused = Some(input.len());
                    return Ok(output);
                }
                // room is left: the coder has nothing more to say to this input
                _ if output.len() < output.capacity() && input.is_empty() => return Ok(output),
                Status::BufError if output.len() < output.capacity() => return Err("unexpected end of file".to_owned()),
                _ => {}
            }
        }
    }
}

impl Coder {
    /// A decoder that is not of zlib.
    fn decode(&mut self, input: &[u8], output: &mut Vec<u8>, is_end: bool) -> Option<Result<Step, String>> {
        match self {
            Self::Xz(decoder) => Some(decoder.push(input, output)),
            Self::Zstd(decoder) => Some(decoder.push(input, output, is_end)),
            Self::Compress(_) | Self::Decompress(_) => None,
        }
    }

    fn step(&mut self, input: &[u8], output: &mut Vec<u8>) -> Result<(usize, Status), String> {
        match self {
            Self::Decompress(coder) => {
                let before = coder.total_in();
                let status = coder
                    .decompress_vec(input, output, FlushDecompress::None)
                    .map_err(|error| error.message().unwrap_or("invalid data").to_owned())?;
                Ok(((coder.total_in() - before) as usize, status))
            }
            Self::Compress(_) | Self::Xz(_) | Self::Zstd(_) => Ok((0, Status::StreamEnd)),
        }
    }
}

fn unused(stream: f64) -> f64 {
    STREAMS
        .with_borrow_mut(|streams| streams.get(stream).and_then(|stream| stream.unused))
        .map_or(-1.0, |count| count as f64)
}

fn close_stream(stream: f64) {
    STREAMS.with_borrow_mut(|streams| streams.take(stream));
}

fn crc32(bytes: ArrayBuffer<'_>, offset: f64, length: f64, start: u32) -> f64 {
    let mut crc = crc32fast::Hasher::new_with_initial(start);
    crc.update(part(&bytes, offset, length));
    f64::from(crc.finalize())
}
