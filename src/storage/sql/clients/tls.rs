//! TLS, as libpq's `sslmode` and `sslrootcert` ask for it; for MySQL too, whose own names (`ssl-mode`, `ssl-ca`) are
//! understood as well.
//!
//! The default is `verify-full`: a session's auth key crosses no network in clear, and goes to no stranger. On this machine
//! it is libpq's `prefer`.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

use crate::error::{Error, ErrorCode, Result};
use crate::redact;
use crate::storage::url::Url;

/// Whether the connection is encrypted, and whether it is known to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Disable,
    /// If the server can.
    Prefer,
    Require,
    /// The server's certificate is from an authority that is trusted.
    VerifyCa,
    /// And it is this host's.
    VerifyFull,
}

/// What the URL asks for.
pub struct Asked {
    mode: Option<Mode>,
    roots: Option<PathBuf>,
}

/// How a server is connected to.
#[derive(Clone, Debug)]
pub struct Tls {
    pub mode: Mode,
    /// A file of certificates in PEM that are trusted instead of the public authorities'.
    pub roots: Option<PathBuf>,
    // Nothing was asked for, and the server is not on this machine.
    is_default: bool,
}

/// What is wrong with a server that does not do what nobody asked for.
const REMEDY: &str = "a server that is not on this machine needs TLS and a certificate of its name by default; in the \
                      URL, sslrootcert=FILE names the certificates to trust, sslmode=require encrypts without \
                      verifying, and sslmode=disable sends everything in clear";

// libpq's names, and those of MySQL's programs.
const MODES: [&str; 3] = ["sslmode", "ssl-mode", "ssl_mode"];
const ROOTS: [&str; 3] = ["sslrootcert", "ssl-ca", "ssl_ca"];
/// libpq's word for the authorities that everybody trusts.
const SYSTEM: &str = "system";

impl Asked {
    /// Takes the parameters out of a URL.
    pub fn take(url: &mut Url) -> Result<Self> {
        let asked = take_one(url, &MODES)?;
        let roots = take_one(url, &ROOTS)?;
        if roots.as_deref() == Some(SYSTEM) {
            // As libpq: anybody can have a certificate of a public authority.
            return match asked.as_deref().map(mode).transpose()? {
                None | Some(Mode::VerifyFull) => Ok(Self { mode: Some(Mode::VerifyFull), roots: None }),
                Some(_) => Err(Error::invalid_argument("sslrootcert=system in the URL needs sslmode=verify-full")),
            };
        }
        let mode = match asked.as_deref() {
            None => None,
            // As libpq: who names authorities wants them asked. MySQL's words mean what they say.
            Some("allow" | "prefer" | "require") if roots.is_some() => Some(Mode::VerifyCa),
            Some(asked) => Some(mode(asked)?),
        };
        Ok(Self { mode, roots: roots.map(PathBuf::from) })
    }

    /// Decides what was left open. `loopback` says that all hosts are this machine.
    pub fn decide(self, loopback: bool) -> Tls {
        let usual = match (loopback, &self.roots) {
            (false, _) => Mode::VerifyFull,
            (true, Some(_)) => Mode::VerifyCa,
            (true, None) => Mode::Prefer,
        };
        Tls { mode: self.mode.unwrap_or(usual), is_default: self.mode.is_none() && !loopback, roots: self.roots }
    }
}

fn take_one(url: &mut Url, names: &[&str]) -> Result<Option<String>> {
    let mut found = None;
    for name in names {
        if let Some(value) = url.take(name)? {
            if found.is_some() {
                return Err(Error::invalid_argument(format!("the URL has {} twice", names[0])));
            }
            found = Some(value);
        }
    }
    Ok(found)
}

fn mode(word: &str) -> Result<Mode> {
    Ok(match word {
        "disable" | "DISABLED" => Mode::Disable,
        "allow" | "prefer" | "PREFERRED" => Mode::Prefer,
        "require" | "REQUIRED" => Mode::Require,
        "verify-ca" | "VERIFY_CA" => Mode::VerifyCa,
        "verify-full" | "VERIFY_IDENTITY" => Mode::VerifyFull,
        _ => {
            let modes = "disable, allow, prefer, require, verify-ca or verify-full";
            return Err(Error::invalid_argument(format!("sslmode in the URL must be {modes}")));
        }
    })
}

impl Tls {
    /// The cause of a failed connection, with the remedy where it is about TLS that nobody asked for.
    pub fn explained(&self, cause: String) -> String {
        let about = ["tls", "ssl", "certificate", "secure connection"];
        let lower = cause.to_ascii_lowercase();
        if self.is_default && about.iter().any(|word| lower.contains(word)) {
            return format!("{cause}: {REMEDY}");
        }
        cause
    }

    /// Whether the server's certificate is looked at.
    pub fn verifies(&self) -> bool {
        matches!(self.mode, Mode::VerifyCa | Mode::VerifyFull)
    }

    /// The configuration for rustls.
    pub fn config(&self) -> Result<ClientConfig> {
        let provider = Arc::new(ring::default_provider());
        let verifier = Verifier {
            known: if self.verifies() { Some(self.verifier(&provider)?) } else { None },
            any_name: self.mode != Mode::VerifyFull,
            provider: Arc::clone(&provider),
        };
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let builder = builder.map_err(|error| Error::new(ErrorCode::Internal, error.to_string()))?;
        let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
        Ok(builder.with_no_client_auth())
    }

    fn verifier(&self, provider: &Arc<CryptoProvider>) -> Result<Arc<WebPkiServerVerifier>> {
        let mut roots = RootCertStore::empty();
        match &self.roots {
            None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
            Some(path) => {
                let bad = |cause: String| {
                    Error::invalid_argument(format!("sslrootcert '{}' cannot be used: {cause}", redact::path(path)))
                };
                let certificates = CertificateDer::pem_file_iter(path).map_err(|error| bad(error.to_string()))?;
                for certificate in certificates {
                    let certificate = certificate.map_err(|error| bad(error.to_string()))?;
                    roots.add(certificate).map_err(|error| bad(error.to_string()))?;
                }
            }
        }
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build();
        verifier.map_err(|error| Error::invalid_argument(format!("sslrootcert cannot be used: {error}")))
    }
}

/// Verifies no more than was asked for.
#[derive(Debug)]
struct Verifier {
    known: Option<Arc<WebPkiServerVerifier>>,
    any_name: bool,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(known) = &self.known else { return Ok(ServerCertVerified::assertion()) };
        match known.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if self.any_name => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str, loopback: bool) -> Result<Tls> {
        let mut url = Url::parse(&format!("mysql://host/db?{query}"))?;
        let tls = Asked::take(&mut url)?.decide(loopback);
        assert_eq!(*url.for_driver(), "mysql://host/db");
        Ok(tls)
    }

    #[test]
    fn what_is_left_open_is_verified_unless_it_is_this_machine() {
        for (query, there, here) in [
            ("", Mode::VerifyFull, Mode::Prefer),
            ("sslrootcert=a.pem", Mode::VerifyFull, Mode::VerifyCa),
            ("ssl-ca=a.pem", Mode::VerifyFull, Mode::VerifyCa),
            ("sslrootcert=system", Mode::VerifyFull, Mode::VerifyFull),
        ] {
            assert_eq!(asked(query, false).unwrap().mode, there, "{query}");
            assert_eq!(asked(query, true).unwrap().mode, here, "{query}");
        }
    }

    #[test]
    fn what_is_asked_for_is_done() {
        for (query, mode) in [
            ("sslmode=disable", Mode::Disable),
            ("sslmode=allow", Mode::Prefer),
            ("sslmode=prefer", Mode::Prefer),
            ("sslmode=require", Mode::Require),
            ("sslmode=verify-ca", Mode::VerifyCa),
            ("sslmode=verify-full", Mode::VerifyFull),
            ("sslmode=require&sslrootcert=a.pem", Mode::VerifyCa),
            ("ssl-mode=DISABLED", Mode::Disable),
            ("ssl_mode=PREFERRED", Mode::Prefer),
            ("ssl-mode=REQUIRED&ssl-ca=a.pem", Mode::Require),
            ("ssl-mode=VERIFY_CA&ssl_ca=a.pem", Mode::VerifyCa),
            ("SSLMODE=VERIFY_IDENTITY", Mode::VerifyFull),
        ] {
            for loopback in [false, true] {
                let tls = asked(query, loopback).unwrap();
                assert_eq!((tls.mode, tls.is_default), (mode, false), "{query}");
            }
        }
        for wrong in
            ["sslmode=", "sslmode=yes", "sslmode=disable&ssl-mode=DISABLED", "sslrootcert=system&sslmode=require"]
        {
            assert!(asked(wrong, true).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_remedy_is_told_where_nothing_was_asked_for() {
        let cause = || "error performing TLS handshake: invalid peer certificate".to_owned();
        assert!(asked("", false).unwrap().explained(cause()).contains("sslmode=disable"));
        assert!(!asked("", false).unwrap().explained("connection refused".to_owned()).contains("sslmode"));
        for (query, loopback) in [("", true), ("sslmode=require", false)] {
            assert_eq!(asked(query, loopback).unwrap().explained(cause()), cause());
        }
    }
}
