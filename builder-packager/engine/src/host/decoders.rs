//! Decoders of xz and Zstandard that take their input in pieces.

use ruzstd::decoding::FrameDecoder;
use xz4rust::{XzDecoder, XzError};

/// The largest dictionary of xz's presets has 64 MiB.
const LARGEST_DICTIONARY: usize = 64 << 20;
const FIRST_DICTIONARY: usize = 1 << 20;
/// What a decoder writes at once.
const PIECE: usize = 64 << 10;

/// What a piece of input gave: how much of it was read, and whether the stream has ended.
pub struct Step {
    pub taken: usize,
    pub is_ended: bool,
}

pub struct Xz {
    decoder: Box<XzDecoder<'static>>,
    /// Input that was too short for the decoder.
    kept: Vec<u8>,
}

impl Xz {
    pub fn new() -> Self {
        let decoder = XzDecoder::in_heap_with_alloc_dict_size(FIRST_DICTIONARY, LARGEST_DICTIONARY);
        Self { decoder, kept: Vec::new() }
    }

    pub fn push(&mut self, input: &[u8], output: &mut Vec<u8>) -> Result<Step, String> {
        self.kept.extend_from_slice(input);
        let mut piece = vec![0; PIECE];
        let mut read = 0;
        loop {
            let result = match self.decoder.decode(&self.kept[read..], &mut piece) {
                Ok(result) => result,
                Err(XzError::NeedsLargerInputBuffer) => break,
                Err(error) => return Err(format!("{error:?}")),
            };
            read += result.input_consumed();
            output.extend_from_slice(&piece[..result.output_produced()]);
            if result.is_end_of_stream() {
                let unused = self.kept.len() - read;
                return Ok(Step { taken: input.len().saturating_sub(unused), is_ended: true });
            }
            if !result.made_progress() {
                break;
            }
        }
        self.kept.drain(..read);
        Ok(Step { taken: input.len(), is_ended: false })
    }
}

/// The decoder takes whole blocks only, so that input is kept until a block is complete.
pub struct Zstd {
    frame: FrameDecoder,
    has_header: bool,
    kept: Vec<u8>,
}

/// The longest header of a frame (RFC 8878, 3.1.1).
const HEADER: usize = 18;
/// A checksum, which the decoder would take for there.
const CHECKSUM: usize = 4;
/// The largest block, with its header and the checksum behind it.
const BLOCK: usize = (128 << 10) + 3 + CHECKSUM;

impl Zstd {
    pub fn new() -> Self {
        Self { frame: FrameDecoder::new(), has_header: false, kept: Vec::new() }
    }

    pub fn push(&mut self, input: &[u8], output: &mut Vec<u8>, is_end: bool) -> Result<Step, String> {
        self.kept.extend_from_slice(input);
        let mut piece = vec![0; PIECE];
        let mut read = 0;
        loop {
            let rest = &self.kept[read..];
            let is_enough = rest.len() >= if self.has_header { CHECKSUM } else { HEADER };
            if !is_enough && (!is_end || rest.is_empty()) && !self.has_output() {
                break;
            }
            let (taken, written) = self.frame.decode_from_to(rest, &mut piece).map_err(|error| error.to_string())?;
            if taken > rest.len() {
                return Err("unexpected end of file".to_owned());
            }
            self.has_header = true;
            read += taken;
            output.extend_from_slice(&piece[..written]);
            if self.frame.is_finished() && self.frame.can_collect() == 0 {
                self.check()?;
                let unused = self.kept.len() - read;
                // the end of the frame is in this input: what was kept before was not a whole block
                return Ok(Step { taken: input.len().saturating_sub(unused), is_ended: true });
            }
            if taken == 0 && written == 0 {
                break;
            }
        }
        self.kept.drain(..read);
        if self.kept.len() > BLOCK {
            return Err("a block that is larger than the format allows".to_owned());
        }
        Ok(Step { taken: input.len(), is_ended: false })
    }

    fn has_output(&self) -> bool {
        self.has_header && self.frame.can_collect() > 0
    }

    fn check(&self) -> Result<(), String> {
        match self.frame.get_checksum_from_data() {
            Some(stated) if Some(stated) != self.frame.get_calculated_checksum() => {
                Err("Restored data doesn't match checksum".to_owned())
            }
            _ => Ok(()),
        }
    }
}
