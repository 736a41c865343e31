//! `engine:zlib`: streams that compress and decompress.

use super::bzip2::bzip2;
use super::crypto::Handles;
use super::decoders::{Step, Xz, Zstd};
use super::native_module;
use crate::value::{Out, Text, part};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use rquickjs::ArrayBuffer;
use std::cell::RefCell;

native_module!(Zlib {
    "newStream": new_stream,
    "push": push,
    "unused": unused,
    "closeStream": close_stream,
    "crc32": crc32,
    "bzip2": bzip2,
});

enum Coder {
    Compress(Compress),
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

fn new_stream(format: Text, level: i32) -> f64 {
    let level = Compression::new(u32::try_from(level).map_or(6, |level| level.min(9)));
    let coder = match format.0.as_str() {
        "gzip" => Coder::Compress(Compress::new_gzip(level, 15)),
        "deflate" => Coder::Compress(Compress::new(level, true)),
        "deflateRaw" => Coder::Compress(Compress::new(level, false)),
        "gunzip" => Coder::Decompress(Decompress::new_gzip(15)),
        "inflate" => Coder::Decompress(Decompress::new(true)),
        "unxz" => Coder::Xz(Xz::new()),
        "unzstd" => Coder::Zstd(Box::new(Zstd::new())),
        "inflateRaw" => Coder::Decompress(Decompress::new(false)),
        _ => return -1.0,
    };
    STREAMS.with_borrow_mut(|streams| streams.add(Stream { coder, unused: None }))
}

fn push(stream: f64, bytes: ArrayBuffer<'_>, offset: f64, length: f64, is_end: bool) -> Out {
    STREAMS.with_borrow_mut(|streams| match streams.get(stream) {
        Some(stream) => stream.push(part(&bytes, offset, length), is_end).map_or_else(Out::Text, Out::Bytes),
        None => Out::Text("stream is closed".to_owned()),
    })
}

impl Stream {
    /// What comes out, or the text of the error.
    fn push(&mut self, mut input: &[u8], is_end: bool) -> Result<Vec<u8>, String> {
        let mut output = Vec::with_capacity(input.len().saturating_mul(2).clamp(1 << 12, 1 << 20));
        if let Some(unused) = &mut self.unused {
            *unused += input.len();
            return Ok(output);
        }
        if let Some(step) = self.coder.decode(input, &mut output, is_end) {
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
            let (taken, status) = self.coder.step(input, &mut output, is_end)?;
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

    fn step(&mut self, input: &[u8], output: &mut Vec<u8>, is_end: bool) -> Result<(usize, Status), String> {
        match self {
            Self::Compress(coder) => {
                let before = coder.total_in();
                let flush = if is_end { FlushCompress::Finish } else { FlushCompress::None };
                let status = coder.compress_vec(input, output, flush).map_err(|error| error.to_string())?;
                Ok(((coder.total_in() - before) as usize, status))
            }
            Self::Decompress(coder) => {
                let before = coder.total_in();
                let status = coder
                    .decompress_vec(input, output, FlushDecompress::None)
                    .map_err(|error| error.message().unwrap_or("invalid data").to_owned())?;
                Ok(((coder.total_in() - before) as usize, status))
            }
            Self::Xz(_) | Self::Zstd(_) => Ok((0, Status::StreamEnd)),
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
