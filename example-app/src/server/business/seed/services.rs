//! Subscriptions in every state, with days of renewal that agree.

use time::Duration;

use super::{
    super::ServiceState,
    batch::Batch,
    company::Company,
    sower::{Sower, stored},
};

/// Services, the first of the catalogue.
pub(super) fn sow(company: &'static Company, sower: &mut Sower) -> Batch {
    let mut services =
        Batch::new("services (org_id, id, name, category, state, price_minor, currency, renews_on, usage_percent)");
    for (position, (name, category, price)) in CATALOGUE.iter().enumerate().take(company.services) {
        let Some(currency) = sower.pick(company.currencies) else { continue };
        let (state, days) = match position % 8 {
            3 => (ServiceState::Expired, -sower.between(2, 40)),
            5 => (ServiceState::Expiring, sower.between(2, 30)),
            7 => (ServiceState::Pending, sower.between(366, 380)),
            _ => (ServiceState::Active, sower.between(31, 350)),
        };
        let usage = if state == ServiceState::Pending { 0 } else { sower.between(18, 100) };
        services.push([
            sower.org(),
            sower.id().to_string().into(),
            (*name).into(),
            (*category).into(),
            state.as_str().into(),
            (price * currency.minor_per_unit).into(),
            currency.code.into(),
            stored(sower.today.saturating_add(Duration::days(days))),
            usage.into(),
        ]);
    }
    services
}

/// Name, category, price of a year.
const CATALOGUE: &[(&str, &str, i64)] = &[
    ("Managed firewall", "security", 4_800),
    ("Office suite, 120 seats", "software", 17_280),
    ("Backup vault, 20 TB", "storage", 3_600),
    ("Video conferencing", "communication", 2_940),
    ("Endpoint protection, 140 devices", "security", 5_460),
    ("Fleet tracking, 18 vehicles", "logistics", 3_240),
    ("Code hosting", "software", 2_520),
    ("Object storage, 50 TB", "storage", 6_900),
    ("Site-to-site link", "connectivity", 9_600),
    ("Telephone exchange in the cloud", "communication", 4_320),
    ("Password manager", "security", 1_440),
    ("Document archive", "storage", 2_280),
    ("Design software, 8 seats", "software", 7_680),
    ("Guest Wi-Fi", "connectivity", 1_180),
    ("Error tracking", "monitoring", 1_560),
    ("Warehouse management", "logistics", 14_400),
    ("Uptime monitoring", "monitoring", 780),
    ("Translation memory", "software", 1_920),
    ("Mobile device management", "security", 3_360),
    ("Electronic signatures", "software", 2_160),
    ("Penetration test, yearly", "security", 8_900),
    ("Log retention, one year", "monitoring", 4_140),
    ("Courier pick-up, daily", "logistics", 2_700),
    ("Fallback line, LTE", "connectivity", 960),
    ("Learning platform, 120 seats", "software", 3_840),
];
