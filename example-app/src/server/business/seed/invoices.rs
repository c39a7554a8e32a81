//! Fourteen months of invoices, and the payments of those that are paid.

use std::collections::BTreeSet;

use time::{Date, Duration};

use super::{
    super::{InvoiceState, date, statement::Value},
    batch::Batch,
    company::{Company, Supplier},
    sower::{Sower, stored},
};

/// Invoices, and payments that agree with them.
pub(super) fn sow(company: &'static Company, sower: &mut Sower) -> (Batch, Batch) {
    let mut invoices = Batch::new(
        "invoices (org_id, id, number, supplier, subject, amount_minor, currency, state, issued_on, due_on, paid_on)",
    );
    let mut payments = Batch::new("payments (org_id, id, invoice_id, amount_minor, currency, paid_by, paid_at)");
    let mut seen = BTreeSet::new();
    let mut numbers = Numbers { prefix: company.prefix, year: 0, last: 0 };

    for issued_on in sower.days(company.invoices, REACH) {
        let Some((supplier, subject)) = occasion(company, issued_on, &mut seen, sower) else { continue };
        let (id, amount) = (sower.id().to_string(), amount(supplier, sower));
        let due_on = issued_on.saturating_add(Duration::days(sower.pick(&[14, 30, 30, 45]).copied().unwrap_or(30)));
        let (state, paid_on) = outcome(issued_on, due_on, sower);
        if let Some(paid_on) = paid_on {
            payments.push([
                sower.org(),
                sower.id().to_string().into(),
                id.as_str().into(),
                amount.into(),
                supplier.currency.into(),
                company.payer.into(),
                stored(paid_on),
            ]);
        }
        invoices.push([
            sower.org(),
            id.into(),
            numbers.next(issued_on).into(),
            supplier.name.into(),
            subject.into(),
            amount.into(),
            supplier.currency.into(),
            state.as_str().into(),
            stored(issued_on),
            stored(due_on),
            Value::Text(paid_on.map(|day| day.to_string())),
        ]);
    }
    (invoices, payments)
}

/// Who writes and what for: rarely the same twice, for a month's rent comes once.
fn occasion(
    company: &'static Company,
    issued_on: Date,
    seen: &mut BTreeSet<String>,
    sower: &mut Sower,
) -> Option<(&'static Supplier, String)> {
    let mut drawn = None;
    for _ in 0..TRIES {
        let supplier = sower.pick(company.suppliers)?;
        let subject = sower.pick(supplier.subjects)?.replace("{month}", &month(issued_on));
        let fresh = seen.insert(format!("{} {subject} {}", supplier.name, date::month_text(issued_on)));
        drawn = Some((supplier, subject));
        if fresh {
            break;
        }
    }
    drawn
}

/// Where an invoice stands today: the older its day, the more surely it was paid.
fn outcome(issued_on: Date, due_on: Date, sower: &mut Sower) -> (InvoiceState, Option<Date>) {
    if sower.percent(4) {
        return (InvoiceState::Cancelled, None);
    }
    let late = (sower.today - due_on).whole_days();
    let unpaid = match late {
        ..=0 => 78,
        1..=60 => 34,
        61..=150 => 5,
        _ => 0,
    };
    if sower.percent(unpaid) {
        return (if late > 0 { InvoiceState::Overdue } else { InvoiceState::Open }, None);
    }
    let term = (due_on - issued_on).whole_days();
    let paid_on = issued_on.saturating_add(Duration::days(sower.between(2, term + 4)));
    (InvoiceState::Paid, Some(paid_on.min(sower.today)))
}

fn amount(supplier: &Supplier, sower: &mut Sower) -> i64 {
    let amount = sower.between(supplier.least, supplier.most);
    let ending = if sower.percent(40) { 100 } else { 5 };
    amount / ending * ending
}

fn month(date: Date) -> String {
    format!("{} {}", date.month(), date.year())
}

/// Numbers that start again each year.
struct Numbers {
    prefix: &'static str,
    year: i32,
    last: u32,
}

impl Numbers {
    fn next(&mut self, issued_on: Date) -> String {
        if self.year != issued_on.year() {
            (self.year, self.last) = (issued_on.year(), 0);
        }
        self.last += 1;
        format!("{}-{}-{:04}", self.prefix, self.year, self.last)
    }
}

/// Draws before an occasion comes twice after all.
const TRIES: usize = 24;

/// Fourteen months.
const REACH: i64 = 425;
