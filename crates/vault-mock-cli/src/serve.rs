use std::fs;

use super::{
    announcement::Announcement, arguments::Serve, logging, options::Options, port_file::PortFile,
    print, signal::stop_requested,
};

#[tokio::main]
pub(crate) async fn serve(arguments: Serve) -> Result<(), String> {
    let mut options = arguments.resolve()?;
    logging::start(options.log_level, options.log_format);
    let mut announcement = Announcement::default();
    let builder = options.builder(&mut announcement)?;
    let drain = options.drain();
    let port_file = claim(&mut options)?;
    let stop = stop_requested().map_err(|error| format!("cannot listen for signals: {error}"))?;

    let addr = options.addr();
    let builder = match options.tls()? {
        Some(tls) => {
            if let (Some(path), Some(pem)) = (&options.ca_out, tls.ca_pem()) {
                fs::write(path, pem).map_err(|error| format!("--ca-out: {error}"))?;
            }
            builder.tls(tls)
        }
        None => builder,
    };
    let started = builder.start().await;
    let vault = started.map_err(|error| format!("cannot listen on {addr}: {error}"))?;
    if let Some(behaviour) = options.faults {
        vault.faults().inject(behaviour);
    }
    for mut tenant in options.tenants.unwrap_or_default() {
        if let Some((app, behaviour)) = tenant.faults()
            && let Some(tenant) = vault.tenant(&app)
        {
            tenant.faults().inject(behaviour);
        }
    }
    if let Some(file) = &port_file {
        file.write(vault.address().port())
            .map_err(|error| format!("--port-file: {error}"))?;
    }
    announcement.add("url", vault.uri());
    print(&announcement.line())?;
    tracing::info!(url = vault.uri(), "listening");

    stop.await;
    drop(port_file);
    tracing::info!(
        seconds = drain.as_secs(),
        "stopping once requests in flight are done"
    );
    if vault.shutdown(drain).await {
        tracing::info!("stopped");
        Ok(())
    } else {
        Err(format!(
            "requests in flight were cut off after {} s",
            drain.as_secs()
        ))
    }
}

fn claim(options: &mut Options) -> Result<Option<PortFile>, String> {
    let file = options.port_file.take().map(PortFile::claim).transpose();
    file.map_err(|error| format!("--port-file: {error}"))
}
