//! Fourteen months of orders; how far each has come follows from its day.

use super::{
    super::OrderState,
    batch::Batch,
    company::Company,
    sower::{Sower, stored},
};

/// Orders, numbered by day.
pub(super) fn sow(company: &'static Company, sower: &mut Sower) -> Batch {
    let mut orders =
        Batch::new("orders (org_id, id, number, item, quantity, total_minor, currency, state, ordered_on)");
    for (place, ordered_on) in (1..).zip(sower.days(company.orders, REACH)) {
        let Some(currency) = sower.pick(company.currencies) else { continue };
        let Some((item, price, most)) = sower.pick(CATALOGUE) else { continue };
        let quantity = sower.between(1, *most);
        let state = progress((sower.today - ordered_on).whole_days(), sower);
        orders.push([
            sower.org(),
            sower.id().to_string().into(),
            format!("PO-{place:05}").into(),
            (*item).into(),
            quantity.into(),
            (quantity * price * currency.minor_per_unit).into(),
            currency.code.into(),
            state.as_str().into(),
            stored(ordered_on),
        ]);
    }
    orders
}

fn progress(age: i64, sower: &mut Sower) -> OrderState {
    match age {
        ..=3 => OrderState::Placed,
        4..=12 if sower.percent(70) => OrderState::Shipped,
        4..=12 => OrderState::Placed,
        13..=21 if sower.percent(30) => OrderState::Shipped,
        _ if sower.percent(6) => OrderState::Returned,
        _ => OrderState::Delivered,
    }
}

/// Item, price of one, most of them at once.
const CATALOGUE: &[(&str, i64, i64)] = &[
    ("27-inch monitor", 289, 12),
    ("Laptop, 14 inch, 32 GB", 1_390, 8),
    ("Laptop dock", 179, 10),
    ("Height-adjustable desk", 549, 6),
    ("Office chair, mesh", 329, 12),
    ("Label printer", 412, 4),
    ("Thermal labels, 12 rolls", 38, 40),
    ("Barcode scanner, wireless", 246, 9),
    ("Safety shoes S3", 84, 30),
    ("Nitrile gloves, box of 100", 11, 120),
    ("Hearing protection, set", 23, 60),
    ("Euro pallets, used", 14, 200),
    ("Stretch film, 6 rolls", 29, 50),
    ("Network switch, 48 ports", 918, 3),
    ("Access point, ceiling", 168, 14),
    ("Patch cables, 50 pieces", 96, 6),
    ("Uninterruptible supply, 1500 VA", 465, 3),
    ("Toner, black", 92, 16),
    ("Copy paper, pallet", 612, 2),
    ("Coffee beans, 10 kg", 148, 8),
    ("First-aid cabinet, refill", 57, 10),
    ("Torque wrench, calibrated", 233, 5),
    ("Hydraulic oil, 60 l", 186, 6),
    ("Replacement filter, compressor", 71, 18),
];

/// Fourteen months.
const REACH: i64 = 425;
