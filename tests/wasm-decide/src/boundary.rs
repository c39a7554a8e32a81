//! The exports of the module: `reserve` room for the question, `decide`, read the answer at `answer`.
#![expect(unsafe_code, reason = "an exported name is a promise that the linker cannot check")]

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Answer, Question};

/// The question before `decide`, the answer after it.
static TEXT: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Makes room for a question of so many bytes of JSON, and says where.
#[unsafe(no_mangle)]
extern "C" fn reserve(length: usize) -> *mut u8 {
    let mut text = text();
    text.clear();
    text.resize(length, 0);
    text.as_mut_ptr()
}

/// Answers the question, and says how long the answer is.
#[unsafe(no_mangle)]
extern "C" fn decide() -> usize {
    let mut text = text();
    let question = serde_json::from_slice::<Question>(&text);
    let answer = question.map_or(Answer::Unreadable, |question| question.answer());
    *text = serde_json::to_vec(&answer).unwrap_or_default();
    text.len()
}

/// Where the answer is.
#[unsafe(no_mangle)]
extern "C" fn answer() -> *const u8 {
    text().as_ptr()
}

fn text() -> MutexGuard<'static, Vec<u8>> {
    TEXT.lock().unwrap_or_else(PoisonError::into_inner)
}
