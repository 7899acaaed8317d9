//! The one place where the program asks the machine for the time and for randomness. Everything inside gets
//! both as values; tests and the demo put their own edge here.

use hengjian_domain::time::Timestamp;
use std::{
    fmt,
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
};

/// Time and randomness.
pub trait Edge: Send + Sync + fmt::Debug {
    /// The present instant.
    fn now(&self) -> Timestamp;
    /// Fills with bytes nobody can foresee.
    fn random(&self, bytes: &mut [u8]);
    /// Moves the clock by minutes; only a demonstration allows it. Returns whether it did.
    fn move_clock(&self, _minutes: i64) -> bool {
        false
    }
}

/// Clock and random numbers of the operating system; `offset` lets a demonstration live in another year.
#[derive(Debug, Default)]
pub struct SystemEdge {
    offset_minutes: AtomicI64,
    movable: bool,
}

impl SystemEdge {
    /// A demonstration's edge: the system's randomness, a clock that may be moved.
    pub fn movable() -> Self {
        Self { offset_minutes: AtomicI64::new(0), movable: true }
    }
    /// The same, with a clock that starts at an instant now and runs on from there.
    pub fn starting_at(instant: Timestamp) -> Self {
        let edge = Self::movable();
        let minutes = (instant.0 - edge.now().0) / 60_000_000;
        edge.offset_minutes.store(minutes, Ordering::Relaxed);
        edge
    }
}

impl Edge for SystemEdge {
    #[expect(clippy::disallowed_methods, reason = "the edge: the one reading of the system clock")]
    fn now(&self) -> Timestamp {
        let micros = jiff::Timestamp::now().as_microsecond();
        Timestamp::from_micros(micros).plus_minutes(self.offset_minutes.load(Ordering::Relaxed))
    }
    #[expect(clippy::disallowed_methods, reason = "the edge: the one reading of the system's randomness")]
    fn random(&self, bytes: &mut [u8]) {
        // Without randomness there are no sessions and no draws; there is nothing sensible to go on with.
        assert!(getrandom::fill(bytes).is_ok(), "the operating system gives no random numbers");
    }
    fn move_clock(&self, minutes: i64) -> bool {
        if self.movable {
            self.offset_minutes.fetch_add(minutes, Ordering::Relaxed);
        }
        self.movable
    }
}

/// A fixed clock and a counted stream, for tests and for building the demonstration the same way every time.
#[derive(Debug)]
pub struct SeededEdge {
    now: AtomicI64,
    counter: AtomicU64,
    seed: u64,
}

impl SeededEdge {
    /// Starts at an instant; the same seed gives the same ids.
    pub fn new(now: Timestamp, seed: u64) -> Self {
        Self { now: AtomicI64::new(now.0), counter: AtomicU64::new(0), seed }
    }
    /// Sets the clock.
    pub fn set(&self, now: Timestamp) {
        self.now.store(now.0, Ordering::SeqCst);
    }
}

impl Edge for SeededEdge {
    /// Every reading is one microsecond later, so that acts have an order.
    fn now(&self) -> Timestamp {
        Timestamp(self.now.fetch_add(1, Ordering::SeqCst))
    }
    fn random(&self, bytes: &mut [u8]) {
        use sha2::{Digest, Sha256};
        for chunk in bytes.chunks_mut(32) {
            let count = self.counter.fetch_add(1, Ordering::SeqCst);
            let block =
                Sha256::new().chain_update(self.seed.to_be_bytes()).chain_update(count.to_be_bytes()).finalize();
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
    }
    fn move_clock(&self, minutes: i64) -> bool {
        self.now.fetch_add(minutes * 60_000_000, Ordering::SeqCst);
        true
    }
}
