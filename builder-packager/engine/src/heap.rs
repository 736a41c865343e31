//! The memory of JavaScript objects.
//!
//! quickjs asks for blocks of a few kilobytes, into which it puts small objects. musl gets and returns almost each of them by a
//! system call, and the system zeroes one page at a time. This allocator takes a megabyte at once, lets the system prepare
//! many pages at once, and keeps freed blocks for blocks of the same size. Large blocks are musl's.
//!
//! The limit of `memory` counts what is alive. Regions and large blocks together stay within it as well: otherwise each size
//! would keep as much as it ever had. At the limit, a block may be larger than it has to be, and empty regions are returned.

use crate::memory;
use rquickjs::allocator::Allocator;
use std::ptr::null_mut;

/// Before each block: the number of its size and its region, or `LARGE` and the number of its bytes. A multiple of the alignment of all types.
const HEADER: usize = 16;
/// The smallest block has `1 << SMALLEST` bytes.
const SMALLEST: u32 = 7;
/// Blocks of more than `1 << LARGEST` bytes are musl's.
const LARGEST: u32 = 13;
/// The sizes between two powers of two, as a power of two: a block is at most an eighth larger than it has to be.
const STEPS: u32 = 3;
const SIZES: usize = ((LARGEST - SMALLEST) << STEPS) as usize + 1;
const LARGE: usize = usize::MAX;
/// What the system is asked for.
const REGION: usize = 1 << 20;
/// What the system prepares at once. The memory of a program is larger by at most this much.
const PREPARED: usize = 128 << 10;
/// `reclaim` visits all free blocks: after it has found nothing, it is not called for so many blocks.
const SUBSTITUTES: usize = 4096;

/// The start of a region.
#[repr(C, align(16))]
struct Region {
    /// The region that was mapped before.
    former: *mut Region,
    /// How many blocks it has been divided into, and how many of them `reclaim` has found free.
    blocks: usize,
    free: usize,
}

pub struct Heap {
    /// The first free block of each size. Its content is the address of the next one.
    free: [*mut u8; SIZES],
    /// The part of a region that was not used yet, and its start that the system has prepared.
    next: usize,
    prepared: usize,
    end: usize,
    /// The region that was mapped last.
    regions: *mut Region,
    /// The bytes of all regions, and of all large blocks.
    mapped: usize,
    large: usize,
    /// How many blocks may be larger than they have to be before `reclaim` is called again.
    substitutes: usize,
}

impl Heap {
    pub const fn new() -> Self {
        let free = [null_mut(); SIZES];
        Self { free, next: 0, prepared: 0, end: 0, regions: null_mut(), mapped: 0, large: 0, substitutes: 0 }
    }

    fn has_room(&self, bytes: usize) -> bool {
        (self.mapped + self.large).saturating_add(bytes) <= memory::allowed()
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
            return self.substitute(class);
        }
        let block = self.next as *mut u8;
        self.next += whole;
        self.prepare();
        // SAFETY: the block is in the region.
        unsafe {
            (*self.regions).blocks += 1;
            block.cast::<usize>().write(class);
            block.cast::<*mut Region>().add(1).write(self.regions);
            block.add(HEADER)
        }
    }

    /// A block from elsewhere if there can be no further region.
    #[cold]
    fn substitute(&mut self, class: usize) -> *mut u8 {
        if self.substitutes == 0 || self.larger(class).is_none() {
            self.reclaim();
            if self.grow() {
                return self.take(class);
            }
            self.substitutes = SUBSTITUTES;
        }
        self.substitutes -= 1;
        match self.larger(class) {
            Some(larger) => self.take(larger),
            None => self.take_large(size_of_class(class), false),
        }
    }

    fn larger(&self, class: usize) -> Option<usize> {
        (class + 1..SIZES).find(|class| !self.free[*class].is_null())
    }

    fn take_large(&mut self, size: usize, is_zeroed: bool) -> *mut u8 {
        let block = self.try_large(size, is_zeroed);
        if !block.is_null() {
            return block;
        }
        self.reclaim();
        self.try_large(size, is_zeroed)
    }

    fn try_large(&mut self, size: usize, is_zeroed: bool) -> *mut u8 {
        let Some(whole) = size.checked_add(HEADER) else { return null_mut() };
        if !self.has_room(size) {
            return null_mut();
        }
        // SAFETY: a new block.
        let block = unsafe {
            let new = if is_zeroed { libc::calloc(1, whole) } else { libc::malloc(whole) };
            large(new.cast(), size)
        };
        if !block.is_null() {
            self.large += size;
        }
        block
    }

    /// Maps a region. What the former one still has is too small, and stays unused.
    fn grow(&mut self) -> bool {
        if !self.has_room(REGION) {
            return false;
        }
        let (access, kind) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
        // SAFETY: new memory.
        let region = unsafe { libc::mmap(null_mut(), REGION, access, kind, -1, 0) };
        if region == libc::MAP_FAILED {
            return false;
        }
        self.mapped += REGION;
        self.prepared = region as usize;
        self.next = self.prepared + size_of::<Region>();
        self.end = self.prepared + REGION;
        self.prepare();
        let region = region.cast::<Region>();
        // SAFETY: a part of the region.
        unsafe { region.write(Region { former: self.regions, blocks: 0, free: 0 }) };
        self.regions = region;
        true
    }

    /// Returns the regions to the system in which no block is used, except for the one that is being divided.
    #[cold]
    fn reclaim(&mut self) {
        if self.regions.is_null() {
            return;
        }
        // SAFETY: regions are linked, and so are the free blocks of each size, whose headers name their regions.
        unsafe {
            let mut region = self.regions;
            while !region.is_null() {
                (*region).free = 0;
                region = (*region).former;
            }
            for mut block in self.free {
                while !block.is_null() {
                    (*region_of(block)).free += 1;
                    block = block.cast::<*mut u8>().read();
                }
            }
            (*self.regions).free = usize::MAX;
            for first in &mut self.free {
                let mut link: *mut *mut u8 = first;
                while !(*link).is_null() {
                    let block = *link;
                    if (*region_of(block)).is_unused() {
                        *link = block.cast::<*mut u8>().read();
                    } else {
                        link = block.cast();
                    }
                }
            }
            let mut link = &raw mut (*self.regions).former;
            while !(*link).is_null() {
                let region = *link;
                if (*region).is_unused() {
                    *link = (*region).former;
                    libc::munmap(region.cast(), REGION);
                    self.mapped -= REGION;
                } else {
                    link = &raw mut (*region).former;
                }
            }
        }
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

impl Region {
    /// After `reclaim` has counted.
    const fn is_unused(&self) -> bool {
        self.free == self.blocks
    }
}

impl Drop for Heap {
    /// The runtime has freed its large blocks before.
    fn drop(&mut self) {
        while !self.regions.is_null() {
            let region = self.regions;
            // SAFETY: a region of this heap, in which nothing is used any more.
            unsafe {
                self.regions = (*region).former;
                libc::munmap(region.cast(), REGION);
            }
        }
    }
}

/// The region of a block that is not large.
unsafe fn region_of(block: *mut u8) -> *mut Region {
    // SAFETY: the caller's block has a header.
    unsafe { block.sub(HEADER).cast::<*mut Region>().add(1).read() }
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
        self.take_large(size, false)
    }

    fn calloc(&mut self, count: usize, size: usize) -> *mut u8 {
        let Some(bytes) = count.checked_mul(size) else { return null_mut() };
        if is_large(bytes) {
            return self.take_large(bytes, true);
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
                self.large -= whole.cast::<usize>().add(1).read();
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
                let former = Self::usable_size(block);
                let more = size.saturating_sub(former);
                if !self.has_room(more) {
                    self.reclaim();
                }
                let Some(bytes) = size.checked_add(HEADER).filter(|_| self.has_room(more)) else { return null_mut() };
                let moved = large(libc::realloc(whole.cast(), bytes).cast(), size);
                if !moved.is_null() {
                    self.large = self.large - former + size;
                }
                return moved;
            }
            if class != LARGE && !is_large(size) && class_of(size) == class {
                return block;
            }
            let former = Self::usable_size(block);
            let moved = self.alloc(size);
            if moved.is_null() {
                return if size <= former { block } else { moved };
            }
            moved.copy_from_nonoverlapping(block, size.min(former));
            self.dealloc(block);
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
