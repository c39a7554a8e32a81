//! The counting allocator: exact, for this thread.
#![allow(unsafe_code, reason = "an allocator is unsafe to write; this one counts and passes on")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    ops::Sub,
};

/// What was allocated on this thread since it began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allocated {
    /// How many blocks were asked for, growing ones included.
    pub blocks: u64,
    /// How many bytes were asked for.
    pub bytes: u64,
    /// How many bytes were given back.
    pub freed: u64,
}

impl Allocated {
    /// The bytes that were asked for and not given back.
    #[must_use]
    pub const fn held(self) -> i64 {
        self.bytes.cast_signed() - self.freed.cast_signed()
    }
}

impl Sub for Allocated {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            blocks: self.blocks - earlier.blocks,
            bytes: self.bytes - earlier.bytes,
            freed: self.freed - earlier.freed,
        }
    }
}

/// The count of this thread until now.
#[must_use]
pub fn allocated() -> Allocated {
    ALLOCATED.get()
}

/// The system's allocator, counted. A program that measures with it says so:
/// `#[global_allocator] static ALLOCATOR: Counting = Counting;`
#[derive(Debug)]
pub struct Counting;

thread_local! {
    static ALLOCATED: Cell<Allocated> = const { Cell::new(Allocated { blocks: 0, bytes: 0, freed: 0 }) };
}

// SAFETY: everything is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(1, layout.size(), 0);
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(1, size, layout.size());
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count(0, 0, layout.size());
        unsafe { System.dealloc(block, layout) }
    }
}

fn count(blocks: u64, bytes: usize, freed: usize) {
    // A thread that is going away counts no more.
    let _gone = ALLOCATED.try_with(|allocated| {
        let before = allocated.get();
        allocated.set(Allocated {
            blocks: before.blocks + blocks,
            bytes: before.bytes + bytes as u64,
            freed: before.freed + freed as u64,
        });
    });
}
