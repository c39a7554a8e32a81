//! The two companies of the demonstration: how big, whom they pay, who works there.

/// What a company's year is drawn from.
#[derive(Debug)]
pub(super) struct Company {
    pub(super) seed: u64,
    /// In front of invoice numbers.
    pub(super) prefix: &'static str,
    pub(super) currencies: &'static [Currency],
    pub(super) suppliers: &'static [Supplier],
    pub(super) people: &'static [&'static str],
    pub(super) sites: &'static [&'static str],
    pub(super) payer: &'static str,
    pub(super) invoices: usize,
    pub(super) tickets: usize,
    pub(super) services: usize,
    pub(super) orders: usize,
    pub(super) notifications: usize,
}

/// A currency, and how many of its smallest units a catalogue price of 1 comes to.
#[derive(Debug)]
pub(super) struct Currency {
    pub(super) code: &'static str,
    pub(super) minor_per_unit: i64,
}

/// Who sends invoices, for what, and how high: `least` to `most` in the smallest unit.
#[derive(Debug)]
pub(super) struct Supplier {
    pub(super) name: &'static str,
    pub(super) currency: &'static str,
    pub(super) least: i64,
    pub(super) most: i64,
    /// `{month}` stands for the month of the invoice.
    pub(super) subjects: &'static [&'static str],
}

const fn supplier(
    name: &'static str,
    currency: &'static str,
    (least, most): (i64, i64),
    subjects: &'static [&'static str],
) -> Supplier {
    Supplier { name, currency, least, most, subjects }
}

const fn currency(code: &'static str, minor_per_unit: i64) -> Currency {
    Currency { code, minor_per_unit }
}

/// A manufacturer in Munich with a plant in Graz and an office in Zürich.
pub(super) const ACME: Company = Company {
    seed: 0xACE,
    prefix: "ACME",
    currencies: &[
        currency("EUR", 100),
        currency("EUR", 100),
        currency("EUR", 100),
        currency("USD", 108),
        currency("CHF", 96),
    ],
    suppliers: &[
        supplier(
            "Isarwerke Energie GmbH",
            "EUR",
            (180_000, 940_000),
            &["Electricity {month}", "District heating {month}", "Water and sewage {month}"],
        ),
        supplier(
            "Rheinfunk Telekommunikation AG",
            "EUR",
            (24_000, 189_000),
            &["Fibre line Munich, {month}", "Mobile contracts {month}"],
        ),
        supplier(
            "Brenner Logistik KG",
            "EUR",
            (42_000, 780_000),
            &["Road freight Graz–Munich {month}", "Pallet storage {month}", "Customs clearance, consignment 7734"],
        ),
        supplier(
            "Schraubenhaus Kerner GmbH & Co. KG",
            "EUR",
            (8_900, 265_000),
            &["Fasteners and consumables", "Cutting discs and abrasives", "Workshop safety equipment"],
        ),
        supplier(
            "Antriebstechnik Lindner AG",
            "EUR",
            (210_000, 4_800_000),
            &["Motion controllers, line 2", "Drive maintenance contract {month}", "Spare parts, press 4"],
        ),
        supplier(
            "Papier Albrecht GmbH",
            "EUR",
            (4_200, 86_000),
            &["Office supplies {month}", "Printer paper and toner"],
        ),
        supplier(
            "Prüfdienst Süd e.V.",
            "EUR",
            (59_000, 620_000),
            &["Pressure vessel inspection", "Lift inspection, building B", "ISO 9001 surveillance audit"],
        ),
        supplier(
            "Kanzlei Brandt & Partner",
            "EUR",
            (95_000, 870_000),
            &["Legal advice, supplier contracts", "Employment law, {month}", "Trademark renewal"],
        ),
        supplier(
            "Kantine am Werk GmbH",
            "EUR",
            (12_000, 98_000),
            &["Canteen delivery {month}", "Catering, customer day"],
        ),
        supplier(
            "Zeitwerk Personal GmbH",
            "EUR",
            (310_000, 1_900_000),
            &["Temporary staff, assembly, {month}", "Temporary staff, warehouse, {month}"],
        ),
        supplier(
            "Donaustahl Walzwerk GmbH",
            "EUR",
            (900_000, 7_400_000),
            &["Cold-rolled strip DC04, 12 t", "Electrical steel, framework order {month}"],
        ),
        supplier("Cumulus Compute, Inc.", "USD", (320_000, 1_450_000), &["Cloud usage {month}"]),
        supplier("Trackboard Pty Ltd", "USD", (48_000, 390_000), &["Issue tracker seats {month}"]),
        supplier("Nightwatch Metrics, Inc.", "USD", (90_000, 410_000), &["Monitoring {month}"]),
        supplier(
            "Lakeside Electronics",
            "USD",
            (15_000, 880_000),
            &["Sensors and connectors", "Prototype components, board rev C"],
        ),
        supplier(
            "Alpnetz AG",
            "CHF",
            (19_000, 92_000),
            &["Business internet Zürich {month}", "Mobile subscriptions {month}"],
        ),
        supplier("Limmat Immobilien AG", "CHF", (640_000, 690_000), &["Office rent Zürich {month}"]),
        supplier(
            "Zuger Normteile AG",
            "CHF",
            (28_000, 340_000),
            &["Precision screws, framework order {month}", "Engineering service, joint design"],
        ),
        supplier("Treuhand Keller AG", "CHF", (180_000, 1_250_000), &["Audit fee, interim", "Tax advice {month}"]),
    ],
    people: &[
        "Lena Hofer",
        "Jonas Brandt",
        "Mira Kowalski",
        "Tobias Reiter",
        "Aylin Demir",
        "Felix Auer",
        "Sofia Marin",
        "Paul Egger",
        "Nadia Bianchi",
        "Henrik Voss",
    ],
    sites: &["Munich", "Graz", "Zürich", "building B", "hall 3", "the goods-in office"],
    payer: "finance@acme.example",
    invoices: 340,
    tickets: 120,
    services: 25,
    orders: 180,
    notifications: 60,
};

/// A trading company in Boston with offices in London and Osaka.
pub(super) const GLOBEX: Company = Company {
    seed: 0x610BE,
    prefix: "GLBX",
    currencies: &[currency("USD", 108), currency("USD", 108), currency("GBP", 84), currency("JPY", 160)],
    suppliers: &[
        supplier("Charles River Energy", "USD", (85_000, 420_000), &["Electricity, Boston warehouse, {month}"]),
        supplier(
            "Commonwealth Wireless",
            "USD",
            (32_000, 210_000),
            &["Dedicated internet {month}", "Mobile plans {month}"],
        ),
        supplier(
            "Redline Express, Inc.",
            "USD",
            (18_000, 640_000),
            &["Express shipments {month}", "Freight, Boston–Memphis"],
        ),
        supplier(
            "Cumulus Compute, Inc.",
            "USD",
            (140_000, 980_000),
            &["Office suite seats {month}", "Cloud usage {month}"],
        ),
        supplier("Pipeline CRM, Inc.", "USD", (220_000, 760_000), &["CRM seats {month}"]),
        supplier("Bunker Hill Supply Co.", "USD", (6_500, 190_000), &["Warehouse supplies", "Forklift spare parts"]),
        supplier(
            "Granite Records, Inc.",
            "USD",
            (14_000, 76_000),
            &["Records storage {month}", "Secure shredding {month}"],
        ),
        supplier(
            "Goodwin & Hale LLP",
            "USD",
            (150_000, 1_200_000),
            &["Counsel, distribution agreements", "Export compliance review"],
        ),
        supplier("Thames Light & Heat Ltd", "GBP", (42_000, 260_000), &["Gas and electricity, London, {month}"]),
        supplier("Albion Telecom plc", "GBP", (19_000, 120_000), &["Leased line, Canary Wharf, {month}"]),
        supplier("Wharf Offices Ltd", "GBP", (310_000, 355_000), &["Serviced office, London, {month}"]),
        supplier(
            "Harwich Marine Surveyors",
            "GBP",
            (88_000, 540_000),
            &["Cargo survey, Felixstowe", "Quality audit, supplier visit"],
        ),
        supplier(
            "North Sea Lines Ltd",
            "GBP",
            (160_000, 2_300_000),
            &["Ocean freight Osaka–Felixstowe", "Container demurrage"],
        ),
        supplier("Naniwa Electric Power", "JPY", (84_000, 460_000), &["Electricity, Osaka office, {month}"]),
        supplier("Nishi Fibre Networks", "JPY", (28_000, 190_000), &["Fibre line Osaka {month}"]),
        supplier(
            "Hayabusa Parcel Service",
            "JPY",
            (12_000, 780_000),
            &["Parcel delivery {month}", "Cool storage {month}"],
        ),
        supplier("Midosuji Realty", "JPY", (1_180_000, 1_240_000), &["Office rent Osaka {month}"]),
        supplier("Sakura Stationery Co., Ltd.", "JPY", (9_000, 320_000), &["Office furniture", "Stationery {month}"]),
    ],
    people: &[
        "Grace Whitman",
        "Daniel Okafor",
        "Haruka Tanaka",
        "Oliver Finch",
        "Priya Raman",
        "Marcus Lee",
        "Emily Stone",
        "Kenji Mori",
    ],
    sites: &["Boston", "London", "Osaka", "the Boston warehouse", "dock 2", "the showroom"],
    payer: "accounts@globex.example",
    invoices: 260,
    tickets: 92,
    services: 19,
    orders: 138,
    notifications: 46,
};
