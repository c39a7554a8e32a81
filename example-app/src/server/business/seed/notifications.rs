//! Four months of news, unread by everyone.

use super::{
    super::NotificationKind,
    batch::Batch,
    company::Company,
    sower::{Sower, stored},
};

/// Notifications, oldest first.
pub(super) fn sow(company: &'static Company, sower: &mut Sower) -> Batch {
    let mut notifications = Batch::new("notifications (org_id, id, kind, title, body, created_on)");
    for (created_on, (kind, title, body)) in
        sower.days(company.notifications, REACH).into_iter().zip(NEWS.iter().cycle())
    {
        let site = sower.pick(company.sites).copied().unwrap_or("the office");
        let supplier = sower.pick(company.suppliers).map_or("A supplier", |supplier| supplier.name);
        let count = sower.between(2, 19).to_string();
        let told = |text: &str| text.replace("{site}", site).replace("{supplier}", supplier).replace("{n}", &count);
        notifications.push([
            sower.org(),
            sower.id().to_string().into(),
            kind.as_str().into(),
            told(title).into(),
            told(body).into(),
            stored(created_on),
        ]);
    }
    notifications
}

/// Kind, title, body.
const NEWS: &[(NotificationKind, &str, &str)] = &[
    (
        NotificationKind::Info,
        "New invoice from {supplier}",
        "{supplier} has sent an invoice. It waits among the open ones.",
    ),
    (NotificationKind::Warning, "{n} invoices fall due this week", "Pay them in time to keep the agreed discount."),
    (NotificationKind::Info, "Maintenance on Saturday", "The portal is read-only on Saturday from 22:00 to 23:30."),
    (
        NotificationKind::Critical,
        "Payment to {supplier} was returned",
        "The bank returned the transfer: account closed. Ask {supplier} for new bank details, by telephone.",
    ),
    (
        NotificationKind::Info,
        "Delivery for {site} on its way",
        "{n} parcels are expected for {site} tomorrow before noon.",
    ),
    (
        NotificationKind::Warning,
        "Storage is nearly full",
        "At this rate the backup vault is full in {n} days. Order more or archive old projects.",
    ),
    (
        NotificationKind::Info,
        "Price list of {supplier} has changed",
        "New prices count from the first of next month. Open orders keep the old ones.",
    ),
    (
        NotificationKind::Warning,
        "A service expires within a month",
        "Renew it or let it end; after its day it is switched off.",
    ),
    (NotificationKind::Info, "{n} tickets were closed last week", "The median time to close was a day and a half."),
    (
        NotificationKind::Critical,
        "Power cut at {site}",
        "The supply at {site} was interrupted. Machines restart by themselves; report those that do not.",
    ),
    (
        NotificationKind::Info,
        "Quarterly report is ready",
        "Spending by supplier and currency, for everyone who may see invoices.",
    ),
    (
        NotificationKind::Warning,
        "Certificate for {site} runs out",
        "The certificate of the gateway at {site} runs out in {n} days.",
    ),
    (NotificationKind::Info, "New colleague at {site}", "A desk, a badge and an account have been ordered."),
    (
        NotificationKind::Warning,
        "{supplier} reports delays",
        "Deliveries take {n} days longer than agreed, because of a strike at the port.",
    ),
    (
        NotificationKind::Info,
        "Fire drill at {site}",
        "On Thursday at 10:30. Please leave by the stairs and meet at the assembly point.",
    ),
    (
        NotificationKind::Critical,
        "Phishing in the name of {supplier}",
        "Letters that announce a new bank account are forged. Do not pay; forward them to support.",
    ),
];

/// Four months.
const REACH: i64 = 120;
