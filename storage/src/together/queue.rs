//! Those who ask the same at one time are answered together.

use std::{
    collections::VecDeque,
    mem, slice,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{sync::oneshot, task};

/// How many are answered together at most.
const MOST: usize = 64;

/// A question to the database that can be asked for many.
pub(crate) trait Job: Send + Sync + 'static {
    type Ask: Send + Sync + 'static;
    type Answer: Send + 'static;

    /// The answers, in the order of the questions. It happens whole or not at all: when the database refuses it, it is
    /// asked again for each alone.
    fn answer(&self, asks: &[Self::Ask]) -> impl Future<Output = Result<Vec<Self::Answer>, sqlx::Error>> + Send;
}

/// While the database works for some, others gather, and are answered together next. Who asks alone waits for nobody.
///
/// A transaction costs nearly the same for one as for many, so that a busy server gets more done than one statement
/// after the other would let it.
pub(crate) struct Queue<J: Job>(Arc<Inner<J>>);

struct Inner<J: Job> {
    job: J,
    gathered: Mutex<Gathered<J>>,
}

struct Gathered<J: Job> {
    waiting: VecDeque<Waiting<J>>,
    at_work: bool,
}

struct Waiting<J: Job> {
    ask: J::Ask,
    reply: oneshot::Sender<Result<J::Answer, sqlx::Error>>,
}

impl<J: Job> Queue<J> {
    pub(crate) fn new(job: J) -> Self {
        let gathered = Mutex::new(Gathered { waiting: VecDeque::new(), at_work: false });
        Self(Arc::new(Inner { job, gathered }))
    }

    /// Asks. What was begun is done even if whoever asked goes away; what was not is left undone.
    pub(crate) async fn ask(&self, ask: J::Ask) -> Result<J::Answer, sqlx::Error> {
        let (reply, answer) = oneshot::channel();
        let begins = {
            let mut gathered = self.0.gathered();
            gathered.waiting.push_back(Waiting { ask, reply });
            !mem::replace(&mut gathered.at_work, true)
        };
        if begins {
            tokio::spawn(work(Arc::clone(&self.0)));
        }
        answer.await.map_err(|gone| sqlx::Error::Io(std::io::Error::other(gone)))?
    }
}

/// Answers for as long as somebody waits.
async fn work<J: Job>(inner: Arc<Inner<J>>) {
    let stopped = Stopped(&inner);
    loop {
        // Those who are about to ask come first.
        task::yield_now().await;
        let mut batch = inner.next();
        if batch.is_empty() {
            break;
        }
        // Nobody's token is used up who waits no more, as after an outage.
        batch.retain(|one| !one.reply.is_closed());
        if !batch.is_empty() {
            inner.serve(batch).await;
        }
    }
    mem::forget(stopped);
}

/// Somebody who works and stops before the end leaves nobody waiting.
struct Stopped<'a, J: Job>(&'a Inner<J>);

impl<J: Job> Drop for Stopped<'_, J> {
    fn drop(&mut self) {
        let mut gathered = self.0.gathered();
        gathered.waiting.clear();
        gathered.at_work = false;
    }
}

impl<J: Job> Inner<J> {
    fn gathered(&self) -> MutexGuard<'_, Gathered<J>> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whoever waits; if nobody does, the work is over.
    fn next(&self) -> Vec<Waiting<J>> {
        let mut gathered = self.gathered();
        let many = gathered.waiting.len().min(MOST);
        gathered.at_work = many > 0;
        gathered.waiting.drain(..many).collect()
    }

    async fn serve(&self, batch: Vec<Waiting<J>>) {
        let (asks, replies): (Vec<_>, Vec<_>) = batch.into_iter().map(|one| (one.ask, one.reply)).unzip();
        match self.job.answer(&asks).await {
            Ok(answers) if answers.len() == replies.len() => {
                for (reply, answer) in replies.into_iter().zip(answers) {
                    let _gone = reply.send(Ok(answer));
                }
            }
            Err(error) if asks.len() > 1 && is_refusal(&error) => {
                for (reply, ask) in replies.into_iter().zip(&asks) {
                    let _gone = reply.send(self.alone(ask).await);
                }
            }
            failed => {
                let why = failed.err().map_or_else(|| "answers are missing".to_owned(), |error| error.to_string());
                for reply in replies {
                    let _gone = reply.send(Err(sqlx::Error::AnyDriverError(why.clone().into())));
                }
            }
        }
    }

    async fn alone(&self, ask: &J::Ask) -> Result<J::Answer, sqlx::Error> {
        self.job.answer(slice::from_ref(ask)).await?.pop().ok_or(sqlx::Error::RowNotFound)
    }
}

/// Whether the database took the question and refused it, for the sake of one among many perhaps. A database that is
/// away is not asked again for each; neither is a commit of which nobody knows whether it happened.
const fn is_refusal(error: &sqlx::Error) -> bool {
    matches!(
        error,
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Database(_) | sqlx::Error::Decode(_) | sqlx::Error::Encode(_)
    )
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const AWAY: u32 = 404;

    /// Doubles even numbers, cannot take odd ones, is away for one, and falls over at 13.
    #[derive(Default)]
    struct Doubling(Arc<AtomicUsize>);

    impl Job for Doubling {
        type Ask = u32;
        type Answer = u32;

        async fn answer(&self, asks: &[u32]) -> Result<Vec<u32>, sqlx::Error> {
            self.0.fetch_add(1, Ordering::SeqCst);
            task::yield_now().await;
            assert!(!asks.contains(&13));
            if asks.contains(&AWAY) {
                return Err(sqlx::Error::PoolTimedOut);
            }
            if asks.iter().any(|ask| ask % 2 == 1) {
                return Err(sqlx::Error::Decode("odd".into()));
            }
            Ok(asks.iter().map(|ask| ask * 2).collect())
        }
    }

    async fn ask_all(queue: &Arc<Queue<Doubling>>, asks: impl Iterator<Item = u32>) -> Vec<Option<u32>> {
        let asked: Vec<_> = asks
            .map(|ask| {
                let queue = Arc::clone(queue);
                tokio::spawn(async move { queue.ask(ask).await.ok() })
            })
            .collect();
        let mut answers = Vec::new();
        for one in asked {
            answers.push(one.await.unwrap());
        }
        answers
    }

    #[tokio::test]
    async fn each_gets_its_own_answer_and_few_statements_serve_many() {
        let job = Doubling::default();
        let (statements, queue) = (Arc::clone(&job.0), Arc::new(Queue::new(job)));
        let answers = ask_all(&queue, (0..100).map(|number| number * 2)).await;
        assert!(answers.iter().zip(0..).all(|(answer, number)| *answer == Some(number * 4)));
        assert!(statements.load(Ordering::SeqCst) <= 4, "{statements:?}");
    }

    #[tokio::test]
    async fn who_cannot_be_answered_spoils_nobody_elses_answer() {
        let queue = Arc::new(Queue::new(Doubling::default()));
        assert_eq!(ask_all(&queue, [2, 3, 4].into_iter()).await, [Some(4), None, Some(8)]);
    }

    #[tokio::test]
    async fn a_database_that_is_away_is_asked_once() {
        let job = Doubling::default();
        let (statements, queue) = (Arc::clone(&job.0), Arc::new(Queue::new(job)));
        assert_eq!(ask_all(&queue, [2, AWAY, 8].into_iter()).await, [None; 3]);
        assert_eq!(statements.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn who_waits_no_more_is_not_served() {
        let job = Doubling::default();
        let (statements, queue) = (Arc::clone(&job.0), Queue::new(job));
        {
            let mut asked = Box::pin(queue.ask(2));
            assert!(look_at(asked.as_mut()).is_none());
        }
        for _ in 0..8 {
            task::yield_now().await;
        }
        assert_eq!(statements.load(Ordering::SeqCst), 0);
        assert_eq!(queue.ask(4).await.unwrap(), 8);
    }

    /// One look, without waiting.
    fn look_at<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match future.poll(&mut context) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        }
    }

    #[tokio::test]
    async fn after_a_fall_others_are_answered() {
        let queue = Arc::new(Queue::new(Doubling::default()));
        assert_eq!(ask_all(&queue, [13].into_iter()).await, [None]);
        assert_eq!(ask_all(&queue, [2].into_iter()).await, [Some(4)]);
    }
}
