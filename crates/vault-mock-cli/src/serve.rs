use serde_json::{Map, Value};

use super::{
    arguments::Serve,
    files,
    logging::Log,
    options::unknown_variables,
    output::{print_unless, tell},
    port_file::PortFile,
    signal::Signals,
};

/// The first line on standard output: one JSON object.
#[derive(Default)]
pub(crate) struct Announcement(Map<String, Value>);

impl Announcement {
    pub(crate) fn add(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.into());
    }

    fn line(self) -> String {
        Value::Object(self.0).to_string()
    }
}

#[tokio::main]
pub(crate) async fn serve(arguments: &Serve) -> Result<(), String> {
    let server = &arguments.server;
    let log = Log::start(server.log_level, server.log_format);
    for warning in unknown_variables() {
        tracing::warn!("{warning}");
    }
    arguments.check_apart(None)?;
    let mut announcement = Announcement::default();
    let mut builder = arguments.builder(&mut announcement)?;
    let (delay, drain) = (server.drain_delay(), server.drain());
    let tls = server.tls()?;
    let ca_pem = tls.as_ref().and_then(|tls| tls.ca_pem().map(str::to_owned));
    if let Some(tls) = tls {
        builder = builder.tls(tls);
    }
    server.check_writable()?;
    // After the files are read, because a pipe may be silent, and nobody would hear a signal meanwhile.
    let mut signals = Signals::new()?;
    let started = builder.start().await;
    let vault = started.map_err(|error| error.to_string())?;
    // Only now: a mock that cannot start must leave the files of one that runs as they are. The port
    // comes last, because whoever waits for it expects the rest to be there.
    if let (Some(path), Some(pem)) = (&server.ca_out, ca_pem) {
        files::write("ca-out", path, &pem)?;
    }
    let port_file = server.port_file.clone();
    let port_file = port_file
        .map(|path| PortFile::write(path, vault.address().port()))
        .transpose()?;
    if let Some(token) = vault.admin_token() {
        announcement.add("admin_token", token.expose_secret());
        tracing::warn!(
            "this mock can be reached from other machines: its admin API asks for the token on \
             standard output, unless --admin-token or --admin false is given"
        );
    }
    announcement.add("url", vault.uri());
    tracing::info!(url = vault.uri(), "listening");
    if let Some(printed) = print_unless(signals.next(), announcement.line()).await {
        printed?;
        signals.next().await;
    }
    vault.start_draining();
    let stopped = async move {
        if !delay.is_zero() {
            tracing::info!(
                "draining for {} s: /health answers 503, and everything else is served; a second signal \
                 stops at once",
                delay.as_secs()
            );
            tokio::time::sleep(delay).await;
        }
        drop(port_file);
        tracing::info!(
            "finishing requests in flight, for at most {} s; a second signal stops at once",
            drain.as_secs()
        );
        vault.shutdown(drain).await
    };
    let outcome = tokio::select! {
        biased;
        is_drained = stopped => if is_drained {
            tracing::info!("stopped");
            Ok(())
        } else {
            let seconds = drain.as_secs();
            Err(format!("requests in flight were cut off after {seconds} s"))
        },
        () = signals.next() => {
            Err("a second signal came: requests in flight were cut off".to_owned())
        }
    };
    let lost = log.lost();
    drop(log);
    match (outcome, lost) {
        (outcome, 0) => outcome,
        (Ok(()), lost) => {
            tell(&format!("vault-mock: {lost} lines of the log were lost"));
            Ok(())
        }
        (Err(message), lost) => Err(format!("{message}; {lost} lines of the log were lost")),
    }
}
