//! Compression by zlib, with the hash function of Node.js (`zlib/node-hash.patch`): the bytes are those of Node.js.

use libz_sys::{
    Z_BUF_ERROR, Z_DEFLATED, Z_OK, Z_STREAM_END, deflate, deflateEnd, deflateInit2_, deflateSetDictionary, z_stream,
    zlibVersion,
};
use std::mem::MaybeUninit;

/// The window of deflate, in bits.
const WINDOW: i32 = 15;
const GZIP_HEADER: [u8; 10] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3];

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wrapper {
    None,
    Zlib,
    Gzip,
}

pub struct Settings {
    pub level: i32,
    pub mem_level: i32,
    pub strategy: i32,
    /// Bytes that the coder may write at a time, on which the blocks of level 0 depend.
    pub chunk: usize,
}

pub struct Deflate {
    /// zlib keeps its address.
    stream: Box<MaybeUninit<z_stream>>,
    /// Of gzip, whose header and trailer are written here: zlib is compiled without.
    gzip: Option<Gzip>,
    chunk: usize,
    /// Bytes of the chunk that are written.
    written: usize,
}

struct Gzip {
    crc: crc32fast::Hasher,
    size: u32,
    header: Option<[u8; 10]>,
}

// SAFETY: the stream and what it points to belong to this value alone.
unsafe impl Send for Deflate {}

impl Deflate {
    pub fn new(wrapper: Wrapper, settings: &Settings) -> Option<Self> {
        let mut stream = Box::new(MaybeUninit::<z_stream>::zeroed());
        let bits = if wrapper == Wrapper::Zlib { WINDOW } else { -WINDOW };
        let Settings { level, mem_level, strategy, chunk } = *settings;
        let size = size_of::<z_stream>() as i32;
        // SAFETY: a stream of zeros has the allocator of zlib.
        let result = unsafe {
            deflateInit2_(
                stream.as_mut_ptr(),
                level,
                Z_DEFLATED,
                bits,
                mem_level,
                strategy,
                zlibVersion(),
                size,
            )
        };
        let gzip = (wrapper == Wrapper::Gzip).then(|| {
            let mut header = GZIP_HEADER;
            header[8] = match level {
                9 => 2,
                0 | 1 => 4,
                _ if strategy >= 2 => 4,
                _ => 0,
            };
            Gzip { crc: crc32fast::Hasher::new(), size: 0, header: Some(header) }
        });
        (result == Z_OK).then_some(Self { stream, gzip, chunk: chunk.max(64), written: 0 })
    }

    /// Bytes that the input may repeat. gzip has none.
    pub fn set_dictionary(&mut self, bytes: &[u8]) -> bool {
        // SAFETY: zlib copies the bytes.
        self.gzip.is_none()
            && unsafe { deflateSetDictionary(self.stream.as_mut_ptr(), bytes.as_ptr(), bytes.len() as _) == Z_OK }
    }

    /// Appends what comes out for the input. `flush` is a number of zlib: 0 keeps a block open, 2 ends it, 4 ends the stream.
    pub fn push(&mut self, input: &[u8], flush: i32, output: &mut Vec<u8>) -> Result<(), String> {
        if let Some(gzip) = &mut self.gzip {
            output.extend(gzip.header.take().into_iter().flatten());
            gzip.crc.update(input);
            gzip.size = gzip.size.wrapping_add(input.len() as u32);
        }
        let is_ended = self.compress(input, flush, output)?;
        if let Some(gzip) = self.gzip.take_if(|_| is_ended) {
            output.extend(gzip.crc.finalize().to_le_bytes());
            output.extend(gzip.size.to_le_bytes());
        }
        Ok(())
    }

    /// True if the stream has ended.
    fn compress(&mut self, input: &[u8], flush: i32, output: &mut Vec<u8>) -> Result<bool, String> {
        let stream = self.stream.as_mut_ptr();
        // SAFETY: zlib reads the input and writes into the room behind the output; both are as long as it is told.
        unsafe {
            (*stream).next_in = input.as_ptr().cast_mut();
            (*stream).avail_in = input.len() as _;
            loop {
                let room = self.chunk - self.written;
                output.reserve(room);
                (*stream).next_out = output.spare_capacity_mut().as_mut_ptr().cast();
                (*stream).avail_out = room as _;
                let result = deflate(stream, flush);
                let left = (*stream).avail_out as usize;
                output.set_len(output.len() + room - left);
                self.written = if left == 0 { 0 } else { self.chunk - left };
                match result {
                    Z_STREAM_END => return Ok(true),
                    Z_OK | Z_BUF_ERROR if left > 0 => return Ok(false),
                    Z_OK | Z_BUF_ERROR => {}
                    _ => return Err("invalid data".to_owned()),
                }
            }
        }
    }
}

impl Drop for Deflate {
    fn drop(&mut self) {
        // SAFETY: a stream that was made; nothing uses it afterwards.
        unsafe { deflateEnd(self.stream.as_mut_ptr()) };
    }
}
