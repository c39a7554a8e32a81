//! Load: so many requests over so many connections, each of which waits for its answers.

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use tokio::{
    sync::Notify,
    task::{self, JoinSet},
};

use crate::{Outcome, contender::Contender, operation::Operation};

/// How many connections ask at once.
pub(crate) const CONNECTIONS: usize = 64;

/// One run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// Answers a second.
    pub(crate) rate: f64,
    /// The server's processor time for each, in microseconds.
    pub(crate) cpu_us: f64,
}

/// Asks so many times on each connection. What the requests need is prepared before.
pub(crate) async fn run(contender: &Arc<Contender>, operation: Operation, each: usize) -> Outcome<Run> {
    let supplies = match operation {
        Operation::Code => ask(contender, Operation::Authorize, each, vec![Vec::new(); CONNECTIONS]).await?.1,
        _ => vec![Vec::new(); CONNECTIONS],
    };
    let mut prepared = Vec::with_capacity(CONNECTIONS);
    for codes in supplies {
        prepared.push(operation.supply(contender, codes).await?);
    }
    let before = contender.spent()?;
    let (took, _) = ask(contender, operation, each, prepared).await?;
    let spent = contender.spent()? - before;
    let answers = (each * CONNECTIONS) as f64;
    Ok(Run { rate: answers / took.as_secs_f64(), cpu_us: spent.as_secs_f64() * 1e6 / answers })
}

/// How long all of it took, and what the supplies are then.
async fn ask(
    contender: &Arc<Contender>,
    operation: Operation,
    each: usize,
    supplies: Vec<Vec<String>>,
) -> Outcome<(Duration, Vec<Vec<String>>)> {
    let mut connections = Vec::with_capacity(supplies.len());
    for supply in supplies {
        connections.push((contender.connect().await?, supply));
    }
    let answered = Arc::new(Notify::new());
    let awake = task::spawn(stay_awake(Arc::clone(&answered)));
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for (mut connection, mut supply) in connections {
        let (contender, answered) = (Arc::clone(contender), Arc::clone(&answered));
        tasks.spawn(async move {
            for _ in 0..each {
                operation.ask(&mut connection, &contender, &mut supply).await?;
                answered.notify_one();
            }
            Ok(supply)
        });
    }
    let supplies: Outcome<Vec<_>> = tasks.join_all().await.into_iter().collect();
    awake.abort();
    Ok((start.elapsed(), supplies?))
}

/// Looks for answers a little longer before this thread sleeps, as a busy-polling network does: a server would pay for
/// waking it with each answer, which on a virtual machine takes several microseconds of a request.
async fn stay_awake(answered: Arc<Notify>) {
    loop {
        let begun = Instant::now();
        while begun.elapsed() < AWAKE {
            // Whoever else has to run on this core comes first.
            thread::yield_now();
            task::yield_now().await;
        }
        answered.notified().await;
    }
}

/// Longer than the slowest server takes for an answer that needs no database. PostgreSQL, which has no core of its own,
/// has this one while its servers work longer.
const AWAKE: Duration = Duration::from_micros(150);
