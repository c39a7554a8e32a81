//! Mail by SMTP, to a relay of the test's own.

use portcullis_core::Secret;
use portcullis_provider::{Mail, Mailer, MemoryMailbox, SmtpMailer};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
};

fn letter(to: &str) -> Mail {
    Mail {
        to: to.to_owned(), subject: "Grüße".to_owned(), text: "Open this:\n\nhttps://id.example.com/x\n".to_owned()
    }
}

/// Takes one letter; all that the client said.
async fn relay(listener: TcpListener) -> String {
    let (stream, _) = listener.accept().await.unwrap();
    let (read, mut write) = stream.into_split();
    let (mut lines, mut said, mut in_data) = (BufReader::new(read).lines(), String::new(), false);
    write.write_all(b"220 relay.example ready\r\n").await.unwrap();
    while let Some(line) = lines.next_line().await.unwrap() {
        said += &line;
        said += "\n";
        let answer = match line.split(' ').next().unwrap() {
            "." => {
                in_data = false;
                "250 taken"
            }
            _ if in_data => continue,
            "EHLO" => "250 relay.example",
            "DATA" => {
                in_data = true;
                "354 go on"
            }
            "QUIT" => break,
            _ => "250 fine",
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
        if answer == "250 taken" {
            break;
        }
    }
    said
}

#[tokio::test]
async fn a_letter_goes_out_by_smtp() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Secret::new(format!("smtp://{}", listener.local_addr().unwrap()));
    let taken = tokio::spawn(relay(listener));
    let mailer = SmtpMailer::of_url(&url, "Portal <portal@acme.example>").unwrap();
    mailer.send(letter("ann@acme.example")).await.unwrap();
    let said = taken.await.unwrap();
    for line in [
        "MAIL FROM:<portal@acme.example>",
        "RCPT TO:<ann@acme.example>",
        "Auto-Submitted: auto-generated",
        "https://id.example.com/x",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
}

#[tokio::test]
async fn a_relay_that_is_not_there_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Secret::new(format!("smtp://{}", listener.local_addr().unwrap()));
    drop(listener);
    let mailer = SmtpMailer::of_url(&url, "portal@acme.example").unwrap();
    mailer.send(letter("ann@acme.example")).await.unwrap_err();
    mailer.send(letter("no address")).await.unwrap_err();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url_of_tls = Secret::new(format!("smtps://user:secret@{}", listener.local_addr().unwrap()));
    let plain = tokio::spawn(relay(listener));
    let mailer = SmtpMailer::of_url(&url_of_tls, "portal@acme.example").unwrap();
    assert!(!format!("{mailer:?}").contains("secret"), "{mailer:?}");
    mailer.send(letter("ann@acme.example")).await.unwrap_err();
    plain.abort();
    assert!(SmtpMailer::of_url(&Secret::new("https://x".to_owned()), "portal@acme.example").is_err());
    assert!(SmtpMailer::of_url(&url, "nobody").is_err());
}

#[tokio::test]
async fn a_mailbox_in_memory_is_bounded() {
    let mailbox = MemoryMailbox::with_capacity(2);
    for to in ["a@acme.example", "b@acme.example", "c@acme.example"] {
        mailbox.send(letter(to)).await.unwrap();
    }
    let to: Vec<String> = mailbox.mails().into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, ["c@acme.example", "b@acme.example"]);
    assert!(!format!("{:?}", mailbox).contains("id.example.com"), "a one-time link is no matter for logs");
}
