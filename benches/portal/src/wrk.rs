//! Load by `wrk`, and what its summary says.

use std::time::Duration;

use tokio::process::Command;

use crate::Outcome;

/// How many connections ask at once.
pub(crate) const CONNECTIONS: u32 = 16;

/// What a run did.
#[derive(Debug, PartialEq)]
pub(crate) struct Summary {
    /// Answers a second.
    pub(crate) rate: f64,
    /// Answers in all.
    pub(crate) answers: f64,
}

/// Asks for this address again and again, with this cookie.
///
/// # Errors
/// When `wrk` is missing, or any answer was lost or not of the 200s.
pub(crate) async fn load(url: &str, cookie: &str, duration: Duration) -> Outcome<Summary> {
    let output = Command::new("wrk")
        .args(["--threads", "1", "--connections", &CONNECTIONS.to_string()])
        .args(["--duration", &format!("{}s", duration.as_secs())])
        .args(["--header", &format!("Cookie: {cookie}"), "--header", "Accept: application/json", url])
        .output()
        .await
        .map_err(|error| format!("cannot start `wrk` (Debian's package `wrk`): {error}"))?;
    summary(&String::from_utf8(output.stdout)?)
}

fn summary(printed: &str) -> Outcome<Summary> {
    let line = |name: &str| printed.lines().find_map(|line| line.trim().strip_prefix(name));
    for complaint in ["Non-2xx or 3xx responses:", "Socket errors:"] {
        if let Some(found) = line(complaint) {
            return Err(format!("wrk reports `{complaint}{found}`").into());
        }
    }
    let answers = printed.lines().find_map(|line| line.trim().split_once(" requests in "));
    let (Some(rate), Some((answers, _))) = (line("Requests/sec:"), answers) else {
        return Err(format!("wrk gave no summary:\n{printed}").into());
    };
    Ok(Summary { rate: rate.trim().parse()?, answers: answers.parse()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUMMARY: &str = "\
Running 4s test @ http://127.0.0.1:3000/
  1 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.02ms  210.11us   9.50ms   91.22%
    Req/Sec    15.60k   812.00    16.90k    72.50%
  62210 requests in 4.00s, 210.55MB read
Requests/sec:  15541.87
Transfer/sec:     52.60MB
";

    #[test]
    fn a_summary_is_read() {
        assert_eq!(summary(SUMMARY).unwrap(), Summary { rate: 15541.87, answers: 62210.0 });
    }

    #[test]
    fn an_answer_that_is_none_counts_for_nothing() {
        for complaint in ["  Non-2xx or 3xx responses: 3\n", "  Socket errors: connect 0, read 1, write 0, timeout 0\n"]
        {
            assert!(summary(&SUMMARY.replace("Requests/sec", &format!("{complaint}Requests/sec"))).is_err());
        }
        assert!(summary("unable to connect to 127.0.0.1:1 Connection refused\n").is_err());
    }
}
