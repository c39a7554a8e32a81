//! What people see and do in a browser: Chromium in front of a portal of its own for every test.

mod person;
mod rows;

mod console;
mod denied_pages;
mod grants;
mod page_editor;
mod passkeys;
mod paying;
mod screenshots;
mod sign_out;
mod switcher;
mod tabs;
mod without_wasm;
