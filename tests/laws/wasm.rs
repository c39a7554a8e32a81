//! The same question has the same answer on the server and in WebAssembly.

use std::{error::Error, fs, path::Path, process::Command};

use portcullis_core::{AccessContext, AccessSnapshot, Decision, Standing, decide};
use portcullis_wasm_decide::{Answer, Formula, Question};
use proptest::{
    option,
    strategy::Strategy,
    test_runner::{Config, TestCaseError, TestRunner},
};
use wasmi::{Engine, Linker, Memory, Module, Store, TypedFunc};

use crate::generate::{context, formula};

type Failure = Box<dyn Error>;

const CASES: u32 = 400;

#[test]
fn webassembly_decides_as_the_server_does() -> Result<(), Failure> {
    let mut browser = Browser::start(&fs::read(build()?)?)?;
    let mut runner = TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
    let asked = std::cell::RefCell::new(&mut browser);
    runner.run(&(option::of(context()), formula()).no_shrink(), |(context, formula)| {
        let here = on_the_server(context.as_ref(), &formula);
        let snapshot = context.map_or_else(AccessSnapshot::default, |context| context.project(Vec::new()));
        let there = asked.borrow_mut().ask(&Question::new(snapshot, formula));
        let there = there.map_err(|error| TestCaseError::fail(error.to_string()))?;
        if there == here { Ok(()) } else { Err(TestCaseError::fail(format!("here {here:?}, there {there:?}"))) }
    })?;
    Ok(())
}

#[test]
fn what_is_no_question_is_answered_and_not_allowed() -> Result<(), Failure> {
    let mut browser = Browser::start(&fs::read(build()?)?)?;
    for nonsense in ["", "{}", r#"{"snapshot": {"authenticated": true}, "formula": {"permission": "no:such"}}"#] {
        assert_eq!(browser.ask_text(nonsense.as_bytes())?, Answer::Unreadable, "{nonsense}");
    }
    Ok(())
}

/// The decision of the guard: on the context itself, without JSON.
fn on_the_server(context: Option<&AccessContext>, formula: &Formula) -> Answer {
    let requirement = formula.requirement().unwrap();
    let decision: Decision = match context {
        Some(context) => context.decide(&requirement),
        None => decide(Standing::Anonymous, &requirement),
    };
    decision.into()
}

/// Compiles the module, once for whoever comes first.
fn build() -> Result<std::path::PathBuf, Failure> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the tests have no workspace")?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--package", "portcullis-wasm-decide", "--target", "wasm32-unknown-unknown"])
        .arg("--message-format=json")
        .current_dir(workspace)
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let lines = String::from_utf8(output.stdout)?;
    let artifacts = lines.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let files = artifacts.flat_map(|artifact| artifact["filenames"].as_array().cloned().unwrap_or_default());
    let module = files.filter_map(|file| file.as_str().map(str::to_owned)).find(|file| file.ends_with(".wasm"));
    Ok(module.ok_or("cargo built no module")?.into())
}

/// A machine that runs the module.
struct Browser {
    store: Store<()>,
    memory: Memory,
    reserve: TypedFunc<u32, u32>,
    decide: TypedFunc<(), u32>,
    answer: TypedFunc<(), u32>,
}

impl Browser {
    /// Starts the module. It may import nothing: `decide` needs no clock, no randomness, no network.
    fn start(module: &[u8]) -> Result<Self, Failure> {
        let engine = Engine::default();
        let module = Module::new(&engine, module)?;
        let mut store = Store::new(&engine, ());
        let instance = Linker::new(&engine).instantiate_and_start(&mut store, &module)?;
        let memory = instance.get_memory(&store, "memory").ok_or("the module has no memory")?;
        let reserve = instance.get_typed_func(&store, "reserve")?;
        let decide = instance.get_typed_func(&store, "decide")?;
        let answer = instance.get_typed_func(&store, "answer")?;
        Ok(Self { store, memory, reserve, decide, answer })
    }

    fn ask(&mut self, question: &Question) -> Result<Answer, Failure> {
        self.ask_text(&serde_json::to_vec(question)?)
    }

    fn ask_text(&mut self, question: &[u8]) -> Result<Answer, Failure> {
        let room = self.reserve.call(&mut self.store, question.len().try_into()?)?;
        self.memory.write(&mut self.store, room.try_into()?, question)?;
        let length = self.decide.call(&mut self.store, ())?;
        let from = self.answer.call(&mut self.store, ())?;
        let mut answer = vec![0; length.try_into()?];
        self.memory.read(&self.store, from.try_into()?, &mut answer)?;
        Ok(serde_json::from_slice(&answer)?)
    }
}
