use std::net::SocketAddr;

/// Reads an address to listen on: `127.0.0.1:8080`, `localhost:8080`, or a port of this machine.
pub(crate) fn address(text: &str) -> Result<SocketAddr, String> {
    let port = text.strip_prefix("localhost:").unwrap_or(text);
    if let Ok(port) = port.parse() {
        return Ok(([127, 0, 0, 1], port).into());
    }
    text.parse().map_err(|_| match text.strip_prefix(':') {
        Some(port) if port.parse::<u16>().is_ok() => format!(
            "it names no interface; write 127.0.0.1{text} for this machine alone, or 0.0.0.0{text} \
             for every interface"
        ),
        _ => {
            "write an IP address and a port such as 127.0.0.1:8080 or [::1]:8080, localhost:8080, \
              or a port such as 8080"
                .to_owned()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_alone_and_localhost_are_this_machine() {
        for (text, address) in [
            ("8080", "127.0.0.1:8080"),
            ("0", "127.0.0.1:0"),
            ("localhost:8080", "127.0.0.1:8080"),
            ("0.0.0.0:80", "0.0.0.0:80"),
            ("[::1]:80", "[::1]:80"),
        ] {
            assert_eq!(super::address(text), Ok(address.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn anything_else_is_shown_an_example() {
        for (text, example) in [
            (":8080", "0.0.0.0:8080 for every interface"),
            ("", "127.0.0.1:8080"),
            ("127.0.0.1", "127.0.0.1:8080"),
            ("localhost", "localhost:8080"),
            ("localhost:", "localhost:8080"),
            ("vault.test:80", "127.0.0.1:8080"),
            ("65536", "such as 8080"),
            ("http://localhost:80", "localhost:8080"),
        ] {
            let error = address(text).unwrap_err();
            assert!(error.contains(example), "{text}: {error}");
        }
    }
}
