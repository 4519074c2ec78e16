//! TLS, as libpq's `sslmode` and `sslrootcert` ask for it; for MySQL too.

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

/// What the URL says of TLS.
#[derive(Clone, Debug)]
pub struct Tls {
    pub mode: Mode,
    /// A file of certificates in PEM that are trusted instead of the public authorities'.
    pub roots: Option<PathBuf>,
}

impl Tls {
    /// Takes its parameters out of a URL.
    pub fn take(url: &mut Url) -> Result<Self> {
        let roots = url.take("sslrootcert")?.map(PathBuf::from);
        let mode = match url.take("sslmode")?.as_deref() {
            // As libpq: who names authorities wants them asked.
            None | Some("prefer") if roots.is_none() => Mode::Prefer,
            Some("disable") => Mode::Disable,
            Some("require") if roots.is_none() => Mode::Require,
            None | Some("prefer" | "require" | "verify-ca") => Mode::VerifyCa,
            Some("verify-full") => Mode::VerifyFull,
            Some(_) => {
                let modes = "disable, prefer, require, verify-ca or verify-full";
                return Err(Error::invalid_argument(format!("sslmode in the URL must be {modes}")));
            }
        };
        Ok(Self { mode, roots })
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
