//! Keeps the page's access fresh: event stream, focus, and the other tabs.

use leptos::{ev, prelude::*, task::spawn_local};
use portcullis_core::AccessSnapshot;
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, EventSource, MessageEvent};

use crate::{AccessState, effect::effect, fetch, use_access, wire};

/// What became of the session while the page was open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum OutcomeOfSession {
    /// This tab is ending it itself: nobody needs to be told here.
    Leaving,
    /// It goes on.
    #[default]
    Ongoing,
    /// It ended, for this reason.
    SignedOut(String),
}

const CHANNEL: &str = "portcullis";
const SIGNED_OUT: &str = "signed-out";

/// Keeps the access of the page fresh from now on. Call it once, at the root, below
/// [`crate::provide_access`]; the browser does it, the server does not.
///
/// A change of roles, permissions or memberships arrives by event stream; a sign-out in one tab
/// reaches all. `<html data-hydrated="true">` says that the page is live.
pub fn keep_fresh() -> ReadSignal<OutcomeOfSession> {
    let access = use_access();
    let outcome = RwSignal::new(OutcomeOfSession::default());
    provide_context(Watched(outcome));
    // Where the page's session is asked for; nowhere while nobody is signed in.
    let query = Memo::new(move |_| access.with_session(query_of));

    effect(move || {
        if let Some(root) = document().document_element() {
            // A page that cannot be marked is no less live.
            root.set_attribute("data-hydrated", "true").ok();
        }
    });
    let seen = is_seen();
    effect(move || {
        if let Some(query) = query.get()
            && seen.get()
            && let Some(source) = Stream::open(&query, access, outcome)
        {
            let source = SendWrapper::new(source);
            on_cleanup(move || source.take().close());
        }
    });
    effect(move || {
        if access.with_session_untracked(|session| session.authenticated) {
            hear_other_tabs(outcome);
            for listener in [
                window_event_listener(ev::focus, move |_| ask_again(access, query, outcome)),
                window_event_listener(ev::online, move |_| ask_again(access, query, outcome)),
            ] {
                on_cleanup(move || listener.remove());
            }
        }
    });
    effect(move || {
        if let OutcomeOfSession::SignedOut(_) = outcome.get() {
            access.set(AccessSnapshot::default());
        }
    });
    outcome.read_only()
}

/// The outcome that the page watches, for the component that ends the session itself.
#[derive(Clone, Copy)]
struct Watched(RwSignal<OutcomeOfSession>);

/// What tells every tab of this browser that the session is over; this one leaves anyway.
pub(crate) fn sign_out_announcer() -> impl Fn() {
    let watched = use_context::<Watched>();
    move || {
        if let Some(Watched(outcome)) = watched {
            outcome.set(OutcomeOfSession::Leaving);
        }
        announce_sign_out();
    }
}

/// Tells every tab of this browser that the session is over.
pub fn announce_sign_out() {
    if let Ok(channel) = BroadcastChannel::new(CHANNEL) {
        // Tabs that do not hear it learn it by their event streams.
        channel.post_message(&JsValue::from_str(SIGNED_OUT)).ok();
        channel.close();
    }
}

/// Whether somebody can see the page. Only then it holds a stream: a browser has few connections to
/// one origin, and pages that were left or lie behind others would use them up. A page that comes to
/// the front again opens its stream anew, whose first event is the access as it is now.
fn is_seen() -> ReadSignal<bool> {
    let seen = RwSignal::new(true);
    effect(move || {
        let look = move || seen.set(!document().hidden());
        for listener in [
            window_event_listener_untyped("visibilitychange", move |_| look()),
            window_event_listener_untyped("pageshow", move |_| look()),
            window_event_listener_untyped("pagehide", move |_| seen.set(false)),
        ] {
            on_cleanup(move || listener.remove());
        }
        look();
    });
    seen.read_only()
}

/// How the session of this page is told from those of other organizations.
fn query_of(session: &AccessSnapshot) -> Option<String> {
    let organization = session.organization.as_ref();
    session.authenticated.then(|| organization.map_or_else(String::new, |org| ["?org=", org.slug.as_str()].concat()))
}

fn ask_again(access: AccessState, query: Memo<Option<String>>, outcome: RwSignal<OutcomeOfSession>) {
    let url = ["/auth/session", &query.get_untracked().unwrap_or_default()].concat();
    spawn_local(async move {
        // A server that cannot answer takes nothing away: it is asked again at the next focus.
        if let Some(answer) = fetch::exchange("GET", url, None, fetch::JSON).await
            && answer.ok
        {
            adopt(&answer.body, access, outcome);
        }
    });
}

/// Shows the session that the server tells of; what cannot be read changes nothing.
fn adopt(session: &str, access: AccessState, outcome: RwSignal<OutcomeOfSession>) {
    let Some(session) = wire::read(session) else { return };
    if session.authenticated {
        access.set(session);
    } else if access.with_session_untracked(|session| session.authenticated) {
        end(outcome, "the session has ended".into());
    }
}

/// The session is over; where this tab ended it itself, that is no news.
fn end(outcome: RwSignal<OutcomeOfSession>, reason: String) {
    if outcome.with_untracked(|outcome| *outcome != OutcomeOfSession::Leaving) {
        outcome.set(OutcomeOfSession::SignedOut(reason));
    }
}

fn hear_other_tabs(outcome: RwSignal<OutcomeOfSession>) {
    let Ok(channel) = BroadcastChannel::new(CHANNEL) else { return };
    let heard = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
        if message.data().as_string().as_deref() == Some(SIGNED_OUT) {
            end(outcome, "you signed out in another tab".into());
        }
    });
    channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    let kept = SendWrapper::new((channel, heard));
    on_cleanup(move || kept.take().0.close());
}

/// The open event stream with the closures that listen to it.
struct Stream {
    source: EventSource,
    _heard: [Closure<dyn Fn(MessageEvent)>; 2],
}

impl Stream {
    fn open(query: &str, access: AccessState, outcome: RwSignal<OutcomeOfSession>) -> Option<Self> {
        let source = EventSource::new(&["/auth/events", query].concat()).ok()?;
        let changed = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
            adopt(&message.data().as_string().unwrap_or_default(), access, outcome);
        });
        let ended = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
            end(outcome, message.data().as_string().unwrap_or_default());
        });
        source.add_event_listener_with_callback("access", changed.as_ref().unchecked_ref()).ok()?;
        source.add_event_listener_with_callback("signed-out", ended.as_ref().unchecked_ref()).ok()?;
        Some(Self { source, _heard: [changed, ended] })
    }

    fn close(self) {
        self.source.close();
    }
}
