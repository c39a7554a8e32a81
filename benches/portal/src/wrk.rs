//! Load by `wrk`, and what its summary says.

use std::time::Duration;

use tokio::process::Command;

use crate::Outcome;

/// How many connections ask at once.
pub(crate) const CONNECTIONS: u32 = 16;

/// Asks for this address again and again, with this cookie; the answers a second.
///
/// # Errors
/// When `wrk` is missing, or any answer was lost or not of the 200s.
pub(crate) async fn load(url: &str, cookie: &str, duration: Duration) -> Outcome<f64> {
    let output = Command::new("wrk")
        .args(["--threads", "1", "--connections", &CONNECTIONS.to_string()])
        .args(["--duration", &format!("{}s", duration.as_secs())])
        .args(["--header", &format!("Cookie: {cookie}"), "--header", "Accept: application/json", url])
        .output()
        .await
        .map_err(|error| format!("cannot start `wrk` (Debian's package `wrk`): {error}"))?;
    answers_a_second(&String::from_utf8(output.stdout)?)
}

fn answers_a_second(summary: &str) -> Outcome<f64> {
    let line = |name: &str| summary.lines().find_map(|line| line.trim().strip_prefix(name));
    for complaint in ["Non-2xx or 3xx responses:", "Socket errors:"] {
        if let Some(found) = line(complaint) {
            return Err(format!("wrk reports `{complaint}{found}`").into());
        }
    }
    let rate = line("Requests/sec:").ok_or_else(|| format!("wrk gave no summary:\n{summary}"))?;
    Ok(rate.trim().parse()?)
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
        assert_eq!(answers_a_second(SUMMARY).unwrap(), 15541.87);
    }

    #[test]
    fn an_answer_that_is_none_counts_for_nothing() {
        for complaint in ["  Non-2xx or 3xx responses: 3\n", "  Socket errors: connect 0, read 1, write 0, timeout 0\n"]
        {
            assert!(answers_a_second(&SUMMARY.replace("Requests/sec", &format!("{complaint}Requests/sec"))).is_err());
        }
        assert!(answers_a_second("unable to connect to 127.0.0.1:1 Connection refused\n").is_err());
    }
}
