//! Decompresses bzip2: the framework's reader (`framework/src/host/archives/bzip2.ts`) in native code, with its errors.
//!
//! The input is read from the file when it is needed, and what is decoded leaves in pieces. So memory is bounded by the
//! format: 3.6 MB for the largest block, whatever the file says.

use crate::event_loop;
use crate::value::Out;
use rquickjs::{Ctx, Function, Result as JsResult};
use std::fs::File;
use std::os::fd::BorrowedFd;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex};

/// A function that decompresses the next piece of the file in a thread, and calls back: with bytes (none at the end), with the
/// text of an error, or with an error number. Several streams may follow each other. The file may be closed meanwhile.
pub fn bzip2<'js>(ctx: Ctx<'js>, fd: i32) -> JsResult<Function<'js>> {
    let decoder = Arc::new(Mutex::new(Decoder::new(fd)));
    Function::new(ctx, move |ctx: Ctx<'js>, done: Function<'js>| {
        let decoder = Arc::clone(&decoder);
        event_loop::in_thread(&ctx, done, move || match decoder.lock() {
            Ok(mut decoder) => decoder.next_piece(),
            Err(_) => Out::Error(libc::EIO),
        });
    })
}

enum Failure {
    Data(&'static str),
    System(i32),
}

type Result<T> = std::result::Result<T, Failure>;

const LARGEST_LEVEL: usize = 9;
const BLOCK_MARK: u64 = 0x3141_5926_5359; // the digits of pi
const END_MARK: u64 = 0x1772_4538_5090; // and of its square root
/// What leaves at once.
const PIECE: usize = 256 << 10;
/// The longest run of one byte.
const RUN: usize = 255;
const LONGEST_CODE: u32 = 20;
const SYMBOLS_PER_TABLE: usize = 50;

struct Decoder {
    input: Bits,
    block: Block,
    /// The size of a block in this stream; 0 between two streams.
    block_size: usize,
    is_ended: bool,
    /// The checksum of the blocks until now.
    whole: u32,
    /// What the next call tells.
    failure: Option<Failure>,
    crc_table: [u32; 256],
}

impl Decoder {
    fn new(fd: i32) -> Self {
        let crc_table = std::array::from_fn(|byte| {
            // CRC-32 with the highest bit first, other than that of gzip and zip
            (0..8).fold((byte as u32) << 24, |crc, _| (crc << 1) ^ if crc >> 31 == 1 { 0x04c1_1db7 } else { 0 })
        });
        let (input, failure) = match duplicate(fd) {
            Ok(file) => (Some(file), None),
            Err(error) => (None, Some(system(&error))),
        };
        Self {
            input: Bits::new(input),
            block: Block::default(),
            block_size: 0,
            is_ended: false,
            whole: 0,
            failure,
            crc_table,
        }
    }

    fn next_piece(&mut self) -> Out {
        let mut output = Vec::new();
        if self.failure.is_none() {
            self.failure = self.fill(&mut output).err();
        }
        match self.failure.take_if(|_| output.is_empty()) {
            None => Out::Bytes(output),
            Some(Failure::Data(text)) => Out::Text(text.to_owned()),
            Some(Failure::System(error)) => Out::Error(error),
        }
    }

    /// Decodes one piece; nothing at the end of the file.
    fn fill(&mut self, output: &mut Vec<u8>) -> Result<()> {
        loop {
            if self.block.left > 0 {
                self.block.write(output, &self.crc_table);
                if self.block.left == 0 && !self.block.crc != self.block.checksum {
                    return data("the checksum of a bzip2 block is wrong");
                }
            }
            if self.is_ended || output.len() + RUN > PIECE {
                return Ok(());
            }
            if self.block.left == 0 {
                self.next_block()?;
            }
        }
    }

    /// Reads what follows a block: another one, or the end of the stream and the next stream or the end of the file.
    fn next_block(&mut self) -> Result<()> {
        if self.block_size == 0 {
            let (mark, level) = (self.input.bits(24)?, self.input.bits(8)?.wrapping_sub(0x30) as usize);
            if mark != 0x42_5a68 || !(1..=LARGEST_LEVEL).contains(&level) {
                return data("the data does not begin with a bzip2 header");
            }
            self.block_size = level * 100_000;
            self.whole = 0;
        }
        let mark = u64::from(self.input.bits(24)?) << 24 | u64::from(self.input.bits(24)?);
        let checksum = self.input.bits(32)?;
        match mark {
            END_MARK if checksum != self.whole => data("the checksum of the bzip2 stream is wrong"),
            END_MARK => {
                self.input.align();
                self.block_size = 0;
                self.is_ended = self.input.is_ended()?;
                Ok(())
            }
            BLOCK_MARK => {
                self.block.read(&mut self.input, self.block_size, checksum)?;
                self.whole = self.whole.rotate_left(1) ^ checksum;
                Ok(())
            }
            _ => data("the bzip2 data contains neither a block nor the end of the stream where one is expected"),
        }
    }
}

fn duplicate(fd: i32) -> std::io::Result<File> {
    if fd < 0 {
        return Err(std::io::Error::from_raw_os_error(libc::EBADF));
    }
    // SAFETY: the system refuses a number that is no descriptor.
    Ok(File::from(unsafe { BorrowedFd::borrow_raw(fd) }.try_clone_to_owned()?))
}

fn data<T>(text: &'static str) -> Result<T> {
    Err(Failure::Data(text))
}

fn system(error: &std::io::Error) -> Failure {
    Failure::System(error.raw_os_error().unwrap_or(libc::EIO))
}

/// The bits of a file, the highest of each byte first.
struct Bits {
    file: Option<File>,
    buffer: Vec<u8>,
    position: u64,
    next: usize,
    bits: u64,
    count: u32,
}

impl Bits {
    fn new(file: Option<File>) -> Self {
        Self { file, buffer: Vec::new(), position: 0, next: 0, bits: 0, count: 0 }
    }

    /// Loads bytes until as many bits are there, at most 32; fewer at the end of the file.
    fn load(&mut self, wanted: u32) -> Result<()> {
        while self.count < wanted {
            if self.next == self.buffer.len() && !self.read()? {
                break;
            }
            self.bits = self.bits << 8 | u64::from(self.buffer[self.next]);
            self.next += 1;
            self.count += 8;
        }
        Ok(())
    }

    /// Reads from the file. `false` at its end.
    fn read(&mut self) -> Result<bool> {
        let Some(file) = &self.file else { return Ok(false) };
        self.buffer.resize(64 << 10, 0);
        let count = loop {
            match file.read_at(&mut self.buffer, self.position) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                result => break result.map_err(|error| system(&error)),
            }
        };
        self.next = 0;
        self.buffer.truncate(*count.as_ref().unwrap_or(&0));
        self.position += self.buffer.len() as u64;
        Ok(count? > 0)
    }

    /// The next bits as a number; at most 32.
    fn bits(&mut self, wanted: u32) -> Result<u32> {
        self.load(wanted)?;
        self.take(wanted)
    }

    /// The next of the loaded bits.
    fn take(&mut self, wanted: u32) -> Result<u32> {
        self.count = self.count.checked_sub(wanted).ok_or(Failure::Data("the file ends too early"))?;
        Ok((self.bits >> self.count & ((1 << wanted) - 1)) as u32)
    }

    fn is_one(&mut self) -> Result<bool> {
        Ok(self.bits(1)? == 1)
    }

    /// Skips the rest of the byte.
    fn align(&mut self) {
        self.count -= self.count % 8;
    }

    /// Whether no byte follows.
    fn is_ended(&mut self) -> Result<bool> {
        self.load(8)?;
        Ok(self.count == 0)
    }
}

/// A canonical Huffman code.
struct Code {
    counts: [i32; LONGEST_CODE as usize + 1],
    /// In the order of their codes.
    symbols: Vec<u16>,
}

impl Code {
    /// Reads the length of the code of each symbol.
    fn read(input: &mut Bits, symbols: usize) -> Result<Self> {
        let mut length = input.bits(5)?;
        let mut counts = [0; LONGEST_CODE as usize + 1];
        let mut lengths = Vec::with_capacity(symbols);
        for _ in 0..symbols {
            loop {
                if !(1..=LONGEST_CODE).contains(&length) {
                    return data("the length of a Huffman code in the bzip2 data is not valid");
                }
                if !input.is_one()? {
                    break;
                }
                length = if input.is_one()? { length - 1 } else { length + 1 };
            }
            counts[length as usize] += 1;
            lengths.push(length);
        }
        let of_length =
            |length| (0..).zip(&lengths).filter(move |(_, other)| **other == length).map(|(symbol, _)| symbol);
        let symbols = (1..=LONGEST_CODE).flat_map(of_length).collect();
        Ok(Self { counts, symbols })
    }

    fn symbol(&self, input: &mut Bits) -> Result<u16> {
        input.load(LONGEST_CODE)?;
        let (mut code, mut first, mut index) = (0, 0, 0);
        for count in &self.counts[1..] {
            code = code << 1 | input.take(1)? as i32;
            // a code with too many short symbols makes `first` larger than `code`
            if code - first < *count {
                let at = usize::try_from(index + code - first);
                return Ok(at.ok().and_then(|at| self.symbols.get(at)).copied().unwrap_or(0));
            }
            first = (first + count) << 1;
            index += count;
        }
        data("the data contains an undefined Huffman code")
    }
}

/// A block, whose bytes are read in their original order.
#[derive(Default)]
struct Block {
    /// The bytes in the lowest eight bits. The bits above contain the index of the byte's successor.
    links: Vec<u32>,
    link: u32,
    /// How many bytes were not yet read.
    left: usize,
    checksum: u32,
    crc: u32,
    last: u8,
    /// How often the last byte was there in a row. After four, a number of repetitions follows.
    equal: u8,
}

impl Block {
    /// Reads the tables and the symbols of a block.
    fn read(&mut self, input: &mut Bits, size: usize, checksum: u32) -> Result<()> {
        self.left = 0;
        if input.is_one()? {
            return data("a bzip2 block has the format of bzip2 before 0.9.5, which is not supported");
        }
        let start = input.bits(24)? as usize;
        let used = used_bytes(input)?;
        let (codes, selectors) = read_codes(input, used.len() + 2)?;
        let counts = self.read_bytes(input, used, &codes, &selectors, size)?;
        if start >= self.links.len() {
            return data("the start position of a bzip2 block is outside of the block");
        }
        self.link(counts);
        self.link = self.links[start];
        self.left = self.links.len();
        (self.checksum, self.crc, self.equal) = (checksum, u32::MAX, 0);
        Ok(())
    }

    /// Reads the last column of the block's sorted rotations into `links`, and the frequency of each byte in it.
    fn read_bytes(
        &mut self,
        input: &mut Bits,
        mut recent: Vec<u8>,
        codes: &[Code],
        selectors: &[u8],
        size: usize,
    ) -> Result<[u32; 256]> {
        let end = recent.len() + 1;
        let mut counts = [0; 256];
        let (mut run, mut weight) = (0, 1);
        self.links.clear();
        self.links.reserve_exact(size);
        for selector in selectors {
            for _ in 0..SYMBOLS_PER_TABLE {
                let symbol = usize::from(codes[usize::from(*selector)].symbol(input)?);
                // a run is a number of digits 1 and 2; one that is too long for the block ends below
                if symbol <= 1 && run <= size {
                    run += weight * (symbol + 1);
                    weight *= 2;
                    continue;
                }
                if run > 0 {
                    self.append(recent[0], run, size, &mut counts)?;
                }
                (run, weight) = (0, 1);
                if symbol == end {
                    return Ok(counts);
                }
                let at = symbol.saturating_sub(1);
                let byte = recent[at];
                recent.copy_within(0..at, 1);
                recent[0] = byte;
                self.append(byte, 1, size, &mut counts)?;
            }
        }
        data("a bzip2 block has no end marker")
    }

    fn append(&mut self, byte: u8, times: usize, size: usize, counts: &mut [u32; 256]) -> Result<()> {
        let length = self.links.len() + times;
        if length > size {
            return data("a bzip2 block is too long");
        }
        counts[usize::from(byte)] += times as u32;
        self.links.resize(length, u32::from(byte));
        Ok(())
    }

    /// Adds to each byte the index of its successor.
    fn link(&mut self, counts: [u32; 256]) {
        let mut before = 0;
        let mut locations = counts.map(|count| {
            before += count;
            (before - count) as usize
        });
        for index in 0..self.links.len() {
            let location = &mut locations[(self.links[index] & 0xff) as usize];
            self.links[*location] |= (index as u32) << 8;
            *location += 1;
        }
    }

    /// Writes decoded bytes until they are a piece, or all.
    fn write(&mut self, output: &mut Vec<u8>, crc_table: &[u32; 256]) {
        output.reserve(PIECE - output.len());
        while self.left > 0 && output.len() + RUN <= PIECE {
            self.left -= 1;
            self.link = self.links[(self.link >> 8) as usize];
            let byte = self.link as u8;
            let times = if self.equal == 4 {
                self.equal = 0;
                byte
            } else {
                self.equal = if self.equal > 0 && byte == self.last { self.equal + 1 } else { 1 };
                self.last = byte;
                1
            };
            for _ in 0..times {
                self.crc = self.crc << 8 ^ crc_table[usize::from((self.crc >> 24) as u8 ^ self.last)];
            }
            output.resize(output.len() + usize::from(times), self.last);
        }
    }
}

/// The byte values in a block: 16 bits for the ranges, then 16 for each.
fn used_bytes(input: &mut Bits) -> Result<Vec<u8>> {
    let mut used = Vec::with_capacity(256);
    let ranges = input.bits(16)?;
    for range in (0..16).filter(|range| ranges & (0x8000 >> range) != 0) {
        let bytes = input.bits(16)?;
        used.extend((0..16).filter(|low| bytes & (0x8000 >> low) != 0).map(|low| range * 16 + low));
    }
    Ok(used)
}

/// The Huffman codes of a block, and which of them each group of fifty symbols has.
fn read_codes(input: &mut Bits, symbols: usize) -> Result<(Vec<Code>, Vec<u8>)> {
    let count = input.bits(3)?;
    if symbols == 2 {
        return data("a bzip2 block uses no byte values");
    }
    if !(2..=6).contains(&count) {
        return data("a bzip2 block does not have 2 to 6 Huffman tables");
    }
    let mut order: Vec<u8> = (0..count as u8).collect();
    let groups = input.bits(15)?;
    let mut selectors = Vec::with_capacity(groups as usize);
    for _ in 0..groups {
        let mut location = 0;
        while input.is_one()? {
            location += 1;
            if location >= order.len() {
                return data("a bzip2 block refers to a missing Huffman table");
            }
        }
        order[..=location].rotate_right(1);
        selectors.push(order[0]);
    }
    let codes = order.iter().map(|_| Code::read(input, symbols)).collect::<Result<_>>()?;
    Ok((codes, selectors))
}
