//! Payments: what is owed and what was paid, by currency, with a chart and its table.

use leptos::prelude::*;
use serde_json::Value;

use super::{
    frame::{About, card},
    handle::{Handle, Place},
};
use crate::{
    model::{CurrencySummary, MonthPaid, PaymentsSummary, Problem},
    ui::{
        format::{money, month},
        icon::Icon,
    },
};

const ABOUT: About =
    About { title: "Payments", icon: "payments", empty: "Sums appear here once there are invoices.", has_page: false };

/// What is owed and what was paid.
#[component]
pub(super) fn Payments(place: Place, data: Result<Value, Problem>) -> AnyView {
    let org = place.org.clone();
    let handle = Handle::<PaymentsSummary>::new(place, data);
    card(
        handle,
        ABOUT,
        |_| ().into_any(),
        move |summary| summary.data.currencies.iter().map(|currency| sums(&org, currency)).collect_view().into_any(),
    )
}

fn sums(org: &str, sums: &CurrencySummary) -> AnyView {
    let code = sums.currency.as_str();
    let late = sums.overdue_count > 0;
    let overdue_words = if late { invoices(sums.overdue_count) } else { "Nothing is overdue".to_owned() };
    let link = |state: &str| format!("/o/{org}/invoices?state={state}&currency={code}");
    view! {
        <div class="payments">
            <h3>{sums.currency.clone()}</h3>
            <dl class="figures">
                <div class="figure" data-tone=if late { "danger" } else { "ok" }>
                    <dt><Icon name=if late { "alert" } else { "check" }/>"Overdue"</dt>
                    <dd>{money(sums.overdue_minor, code)}</dd>
                    <dd class="figure-note"><a href=link("overdue")>{overdue_words}</a></dd>
                </div>
                <div class="figure">
                    <dt><Icon name="clock"/>"To be paid"</dt>
                    <dd>{money(sums.open_minor, code)}</dd>
                    <dd class="figure-note"><a href=link("open")>{invoices(sums.open_count)}</a></dd>
                </div>
                <div class="figure">
                    <dt><Icon name="check"/>"Paid this month"</dt>
                    <dd>{money(sums.paid_this_month_minor, code)}</dd>
                    <dd class="figure-note"><a href=link("paid")>"Paid invoices"</a></dd>
                </div>
            </dl>
            {(!sums.months.is_empty()).then(|| chart(&sums.months, code))}
        </div>
    }
    .into_any()
}

const CHART_HEIGHT: i64 = 80;
const BAR: usize = 40;
const STEP: usize = 56;

fn chart(months: &[MonthPaid], currency: &str) -> AnyView {
    let most = months.iter().map(|month| month.paid_minor).max().unwrap_or(0).max(1);
    let bars = months
        .iter()
        .enumerate()
        .map(|(at, one)| {
            let height = (i128::from(one.paid_minor.max(0)) * i128::from(CHART_HEIGHT) / i128::from(most)).max(2);
            let x = at * STEP + (STEP - BAR) / 2;
            let words = format!("{}: {}", one.month, money(one.paid_minor, currency));
            view! {
                <g class="bar">
                    <title>{words}</title>
                    <rect x=x.to_string() y=(i128::from(CHART_HEIGHT) - height).to_string() width=BAR.to_string() height=height.to_string() rx="4"/>
                    <text x=(at * STEP + STEP / 2).to_string() y=(CHART_HEIGHT + 16).to_string()>{month(&one.month)}</text>
                </g>
            }
        })
        .collect_view();
    let rows = months
        .iter()
        .map(|one| view! { <tr><th scope="row">{one.month.clone()}</th><td class="number">{money(one.paid_minor, currency)}</td></tr> })
        .collect_view();
    let width = months.len() * STEP;
    view! {
        <figure class="chart">
            <figcaption>"Paid by month"</figcaption>
            <svg viewBox=format!("0 0 {width} {}", CHART_HEIGHT + 20) role="img" aria-label="Paid by month; the numbers stand in the table below">
                {bars}
            </svg>
            <details class="chart-table">
                <summary>"Show as a table"</summary>
                <table class="table"><tbody>{rows}</tbody></table>
            </details>
        </figure>
    }
    .into_any()
}

fn invoices(count: u64) -> String {
    if count == 1 { "1 invoice".to_owned() } else { format!("{count} invoices") }
}
