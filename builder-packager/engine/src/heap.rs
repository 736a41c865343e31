//! The memory of JavaScript objects.
//!
//! quickjs asks for blocks of a few kilobytes, into which it puts small objects. musl gets and returns almost each of them by a
//! system call, and the system zeroes one page at a time. This allocator takes a megabyte at once, lets the system prepare
//! many pages at once, and keeps freed blocks for blocks of the same size. Large blocks are musl's.

use rquickjs::allocator::Allocator;
use std::ptr::null_mut;

/// Before each block: the number of its size, or `LARGE` and the number of its bytes. A multiple of the alignment of all types.
const HEADER: usize = 16;
/// The smallest block has `1 << SMALLEST` bytes.
const SMALLEST: u32 = 7;
/// Blocks of more than `1 << LARGEST` bytes are musl's.
const LARGEST: u32 = 15;
/// The sizes between two powers of two, as a power of two: a block is at most an eighth larger than it has to be.
const STEPS: u32 = 3;
const SIZES: usize = ((LARGEST - SMALLEST) << STEPS) as usize + 1;
const LARGE: usize = usize::MAX;
/// What the system is asked for.
const REGION: usize = 1 << 20;
/// What the system prepares at once. The memory of a program is larger by at most this much.
const PREPARED: usize = 128 << 10;

pub struct Heap {
    /// The first free block of each size. Its content is the address of the next one.
    free: [*mut u8; SIZES],
    /// The part of a region that was not used yet, and its start that the system has prepared.
    next: usize,
    prepared: usize,
    end: usize,
}

impl Heap {
    pub const fn new() -> Self {
        Self { free: [null_mut(); SIZES], next: 0, prepared: 0, end: 0 }
    }

    fn take(&mut self, class: usize) -> *mut u8 {
        let first = self.free[class];
        if !first.is_null() {
            // SAFETY: a free block has the address of the next one.
            self.free[class] = unsafe { first.cast::<*mut u8>().read() };
            return first;
        }
        let whole = HEADER + size_of_class(class);
        if self.end - self.next < whole && !self.grow() {
            return null_mut();
        }
        let block = self.next as *mut u8;
        self.next += whole;
        self.prepare();
        // SAFETY: the block is in the region.
        unsafe {
            block.cast::<usize>().write(class);
            block.add(HEADER)
        }
    }

    /// Maps a region. What the former one still has is too small, and stays unused.
    fn grow(&mut self) -> bool {
        let (access, kind) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
        // SAFETY: new memory.
        let region = unsafe { libc::mmap(null_mut(), REGION, access, kind, -1, 0) };
        if region == libc::MAP_FAILED {
            return false;
        }
        self.next = region as usize;
        self.prepared = self.next;
        self.end = self.next + REGION;
        true
    }

    fn prepare(&mut self) {
        while self.prepared < self.next {
            // A system that does not know this prepares each page when it is used.
            // SAFETY: a part of the region.
            unsafe { libc::madvise(self.prepared as *mut libc::c_void, PREPARED, libc::MADV_POPULATE_WRITE) };
            self.prepared += PREPARED;
        }
    }
}

/// The number of the smallest size that has room for these bytes.
const fn class_of(bytes: usize) -> usize {
    let bytes = if bytes <= 1 << SMALLEST { 1 << SMALLEST } else { bytes };
    let last = bytes - 1;
    let power = usize::BITS - 1 - last.leading_zeros();
    let step = (last >> (power - STEPS)) & ((1 << STEPS) - 1);
    // `last` of the smallest size has a lower power
    (((power << STEPS) as usize + step) + 1).saturating_sub((SMALLEST << STEPS) as usize)
}

const fn size_of_class(class: usize) -> usize {
    let steps = class + (SMALLEST << STEPS) as usize;
    let step = steps & ((1 << STEPS) - 1);
    ((1 << STEPS) + step) << ((steps >> STEPS) as u32 - STEPS)
}

unsafe fn large(whole: *mut u8, bytes: usize) -> *mut u8 {
    if whole.is_null() {
        return whole;
    }
    // SAFETY: the caller's block has a header.
    unsafe {
        whole.cast::<usize>().write(LARGE);
        whole.cast::<usize>().add(1).write(bytes);
        whole.add(HEADER)
    }
}

const fn is_large(bytes: usize) -> bool {
    bytes > 1 << LARGEST
}

// SAFETY: blocks are aligned to 16 bytes, are as large as their header says, and are used by one thread.
unsafe impl Allocator for Heap {
    fn alloc(&mut self, size: usize) -> *mut u8 {
        if !is_large(size) {
            return self.take(class_of(size));
        }
        let Some(whole) = size.checked_add(HEADER) else { return null_mut() };
        // SAFETY: a new block.
        unsafe { large(libc::malloc(whole).cast(), size) }
    }

    fn calloc(&mut self, count: usize, size: usize) -> *mut u8 {
        let Some(bytes) = count.checked_mul(size) else { return null_mut() };
        if is_large(bytes) {
            let Some(whole) = bytes.checked_add(HEADER) else { return null_mut() };
            // SAFETY: a new block.
            return unsafe { large(libc::calloc(1, whole).cast(), bytes) };
        }
        let block = self.take(class_of(bytes));
        if !block.is_null() {
            // SAFETY: the block has this size.
            unsafe { block.write_bytes(0, bytes) };
        }
        block
    }

    unsafe fn dealloc(&mut self, block: *mut u8) {
        // SAFETY: a block of this allocator has a header.
        unsafe {
            let whole = block.sub(HEADER);
            let class = whole.cast::<usize>().read();
            if class == LARGE {
                libc::free(whole.cast());
                return;
            }
            block.cast::<*mut u8>().write(self.free[class]);
            self.free[class] = block;
        }
    }

    unsafe fn realloc(&mut self, block: *mut u8, size: usize) -> *mut u8 {
        // SAFETY: a block of this allocator, whose content is copied as far as both blocks have room.
        unsafe {
            let whole = block.sub(HEADER);
            let class = whole.cast::<usize>().read();
            if class == LARGE && is_large(size) {
                let Some(bytes) = size.checked_add(HEADER) else { return null_mut() };
                return large(libc::realloc(whole.cast(), bytes).cast(), size);
            }
            if class != LARGE && !is_large(size) && class_of(size) == class {
                return block;
            }
            let moved = self.alloc(size);
            if !moved.is_null() {
                moved.copy_from_nonoverlapping(block, size.min(Self::usable_size(block)));
                self.dealloc(block);
            }
            moved
        }
    }

    unsafe fn usable_size(block: *mut u8) -> usize {
        // SAFETY: a block of this allocator has a header.
        unsafe {
            let header = block.sub(HEADER).cast::<usize>();
            match header.read() {
                LARGE => header.add(1).read(),
                class => size_of_class(class),
            }
        }
    }
}
