//! What belongs to whom, asked of the API: the measure for what pages show.

use std::collections::BTreeSet;

use portcullis_tests::Visitor;
use serde_json::Value;

/// The names that the pages give to rows, of every block of an organization.
pub(crate) async fn row_ids(visitor: &Visitor, org: &str) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for kind in ["invoices", "tickets", "services", "orders", "notifications", "members"] {
        for page in 1.. {
            let answer = visitor.get(&format!("/api/o/{org}/{kind}?page={page}&per_page=100")).await;
            assert!(answer.status.is_success(), "{kind} of {org}: {}", answer.body);
            let body = answer.json();
            let rows = body["data"].as_array().cloned().unwrap_or_default();
            ids.extend(rows.iter().filter_map(|row| row["id"].as_str()).map(str::to_owned));
            if rows.is_empty() || body["total"].as_u64().is_some_and(|total| page * 100 >= total) {
                break;
            }
        }
    }
    ids
}

/// The first invoice in a state.
pub(crate) async fn first_invoice(visitor: &Visitor, org: &str, state: &str) -> Value {
    let answer = visitor.get(&format!("/api/o/{org}/invoices?state={state}&per_page=1")).await;
    answer.json()["data"][0].clone()
}
