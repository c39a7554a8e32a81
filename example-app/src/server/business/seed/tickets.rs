//! Ten months of tickets; the older, the more surely closed.

use time::{Date, Duration};

use super::{
    super::{
        TicketPriority::{self, High, Low, Normal, Urgent},
        TicketState, ticket,
    },
    batch::Batch,
    company::Company,
    sower::{Sower, stored},
};

/// Tickets, and the counter that goes on after them.
pub(super) fn sow(company: &'static Company, sower: &mut Sower) -> (Batch, Batch) {
    let mut tickets =
        Batch::new("tickets (org_id, id, number, title, body, state, priority, author, created_on, updated_on)");
    let mut last = 0;
    let days = sower.days(company.tickets, REACH);
    for ((place, created_on), (priority, title, body)) in (1..).zip(days).zip(STORIES.iter().cycle()) {
        let site = sower.pick(company.sites).copied().unwrap_or("the office");
        let author = sower.pick(company.people).copied().unwrap_or("Reception");
        let supplier = sower.pick(company.suppliers).map_or("the supplier", |supplier| supplier.name);
        let told = |text: &str| text.replace("{site}", site).replace("{supplier}", supplier);
        let (state, updated_on) = progress(created_on, sower);
        tickets.push([
            sower.org(),
            sower.id().to_string().into(),
            ticket::number_text(place).into(),
            told(title).into(),
            told(body).into(),
            state.as_str().into(),
            priority.as_str().into(),
            author.into(),
            stored(created_on),
            stored(updated_on),
        ]);
        last = place;
    }
    let mut numbers = Batch::new("ticket_numbers (org_id, last)");
    numbers.push([sower.org(), last.into()]);
    (tickets, numbers)
}

fn progress(created_on: Date, sower: &mut Sower) -> (TicketState, Date) {
    let age = (sower.today - created_on).whole_days();
    let closed = match age {
        ..=2 => 5,
        3..=14 => 28,
        15..=60 => 66,
        _ => 96,
    };
    let state = if sower.percent(closed) {
        TicketState::Closed
    } else {
        sower
            .pick(&[TicketState::Open, TicketState::InProgress, TicketState::Waiting])
            .copied()
            .unwrap_or(TicketState::Open)
    };
    let updated_on = created_on.saturating_add(Duration::days(sower.between(0, 9)));
    (state, updated_on.min(sower.today))
}

/// Priority, title, body.
const STORIES: &[(TicketPriority, &str, &str)] = &[
    (
        Normal,
        "Printer at {site} prints blank pages",
        "Since this morning every second page comes out blank. We changed the toner and cleaned the rollers; no difference. The other printers are fine.",
    ),
    (
        High,
        "VPN drops every ten minutes",
        "The connection ends while I work from home, always after about ten minutes. It reconnects, but remote sessions are lost each time. Started with last week's update.",
    ),
    (
        Low,
        "Please add me to the purchasing mailbox",
        "I am standing in for a colleague until the end of the month and need to read and answer purchasing@. Approved by my manager, see the attached note.",
    ),
    (
        Urgent,
        "Scanner gateway down at {site}",
        "None of the hand scanners can book goods since 06:40. We write on paper in the meantime, two lorries are waiting at the ramp.",
    ),
    (
        Normal,
        "Invoice from {supplier} shows the wrong cost centre",
        "The latest invoice was booked on 4100 but belongs to 4350. Can somebody move it before the month is closed?",
    ),
    (
        Normal,
        "New laptop for a starter on the first",
        "A colleague starts on the first of next month and needs a laptop, a dock and the usual accounts. Same set as for the last starter in the team.",
    ),
    (
        High,
        "Cannot export the stock list",
        "The export stops at 65 % with \"request timed out\". It worked until Friday. The controller needs the list for the inventory tomorrow.",
    ),
    (
        Low,
        "Meeting room display shows yesterday's bookings",
        "The panel at {site} has been stuck since the power cut. Pulling the plug did not help.",
    ),
    (
        Normal,
        "Wi-Fi is weak at {site}",
        "Calls break up near the windows and there is no reception in the corner office. Could somebody measure it and perhaps add an access point?",
    ),
    (
        Urgent,
        "Order sent twice to {supplier}",
        "After the error message I pressed \"send\" again and now both orders are confirmed. Please stop one of them, it is more than the limit I may sign for.",
    ),
    (
        Normal,
        "Password reset mail does not arrive",
        "I asked for it three times in the last hour. It is not in the junk folder. Other mail from outside arrives.",
    ),
    (
        High,
        "Payroll file was rejected by the bank",
        "The bank says that the file has a wrong creditor identifier. Nothing changed on our side since last month. The deadline is tomorrow at noon.",
    ),
    (
        Low,
        "Translate the welcome page",
        "Visitors at {site} ask for an English version. The text is attached, somebody only needs to put it in.",
    ),
    (
        Normal,
        "Badge does not open the side door",
        "The main entrance works, the side door at {site} blinks red. I have been in the right group since January.",
    ),
    (
        Normal,
        "Delivery from {supplier} is incomplete",
        "The delivery note lists eight boxes, we counted six. Photos are attached. The driver signed for six.",
    ),
    (
        High,
        "Dashboard shows last month's figures",
        "Sales says that the figures on the big screen have not moved since the first. The raw data in the warehouse is current.",
    ),
    (
        Normal,
        "Calendar invitations arrive an hour off",
        "Since the change of the clocks all invitations from outside are an hour late. Inside the company they are right.",
    ),
    (
        Low,
        "Second screen for the reception desk",
        "The visitor list and the telephone panel do not fit on one screen. Any used one will do.",
    ),
    (
        Urgent,
        "Cold store alarm at {site}",
        "The temperature display shows minus nine instead of minus eighteen and the alarm went off twice. The caretaker is informed; we need somebody who can read the controller's log.",
    ),
    (
        Normal,
        "Access to the contract archive",
        "For the yearly review I need to read the contracts with {supplier} from the last three years. Reading is enough.",
    ),
    (
        Normal,
        "Telephone forwards to a former colleague",
        "Calls to the service number go to a mailbox that nobody reads any more. Please forward them to the team's number.",
    ),
    (
        High,
        "Spam filter holds back customer mail",
        "Three customers rang today because we did not answer. Their mail is in quarantine with the reason \"bulk\".",
    ),
    (
        Low,
        "Old projects clutter the file share",
        "About 400 GB have not been opened since 2019. May we move them to the archive? I can make a list.",
    ),
    (
        Normal,
        "Label printer cuts in the wrong place",
        "After the change of rolls the labels at {site} are cut two millimetres too early, so that the bar code is not readable.",
    ),
    (
        Normal,
        "Update of the drawing software fails",
        "The installer asks for an administrator and then ends with code 1603. Four machines are affected, all in the same room.",
    ),
    (
        High,
        "Credit note from {supplier} is missing",
        "They say that it was sent in spring. Our list of open items still shows the full amount and the auditor asks about it.",
    ),
    (
        Low,
        "Coffee machine asks for a technician",
        "Display at {site} says \"E41, call service\". The contract number is on the side of the machine.",
    ),
    (
        Normal,
        "Shared mailbox is full",
        "support@ has reached its limit, new mail is refused. Please raise the limit or archive everything before last year.",
    ),
    (
        Urgent,
        "Suspicious sign-in from abroad",
        "I got a message about a sign-in at three in the morning from a country I have never been to. I changed my password. Please look whether anything was read or forwarded.",
    ),
    (
        Normal,
        "Conference phone echoes",
        "The other side hears itself as soon as we turn it up at {site}. A different cable did not help.",
    ),
];

/// Ten months.
const REACH: i64 = 300;
