//! The enforcement point.
pub mod clock;
pub mod port;
pub use clock::Clock;
