//! Load: so many requests over so many connections, each of which waits for its answers.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::task::JoinSet;

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
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for (mut connection, mut supply) in connections {
        let contender = Arc::clone(contender);
        tasks.spawn(async move {
            for _ in 0..each {
                operation.ask(&mut connection, &contender, &mut supply).await?;
            }
            Ok(supply)
        });
    }
    let supplies: Outcome<Vec<_>> = tasks.join_all().await.into_iter().collect();
    Ok((start.elapsed(), supplies?))
}
