//! Checks of certificates as OpenSSL in Node.js makes them, where those of webpki differ.

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::sync::{Arc, Mutex};

/// The code by which Node.js names the reason of a refusal, where webpki does not tell reasons apart.
pub type Reason = Arc<Mutex<Option<&'static str>>>;

/// The parts of a certificate that are compared here. Names are in DER.
struct Fields<'a> {
    issuer: &'a [u8],
    subject: &'a [u8],
    starts: u64,
    ends: u64,
}

impl Fields<'_> {
    fn is_self_issued(&self) -> bool {
        self.issuer == self.subject
    }

    fn time_problem(&self, now: UnixTime) -> Option<&'static str> {
        if now.as_secs() < self.starts {
            Some("CERT_NOT_YET_VALID")
        } else if now.as_secs() > self.ends {
            Some("CERT_HAS_EXPIRED")
        } else {
            None
        }
    }
}

/// The tag, the contents and the bytes that follow of an element in DER.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, length], rest) = bytes.split_first_chunk::<2>()?;
    let (length, rest) = match length {
        0..=0x7F => (usize::from(length), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(length - 0x80))?;
            (digits.iter().fold(0, |size, digit| size << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    let (contents, rest) = rest.split_at_checked(length)?;
    Some((tag, contents, rest))
}

fn fields(certificate: &[u8]) -> Option<Fields<'_>> {
    let (_, certificate, _) = element(certificate)?;
    let (_, signed, _) = element(certificate)?;
    let (tag, _, after_first) = element(signed)?;
    // the version is optional
    let rest = if tag == 0xA0 { element(after_first)?.2 } else { after_first };
    let (_, _, rest) = element(rest)?; // the algorithm
    let (_, issuer, rest) = element(rest)?;
    let (_, validity, rest) = element(rest)?;
    let (_, subject, _) = element(rest)?;
    let (starts_tag, starts, validity) = element(validity)?;
    let (ends_tag, ends, _) = element(validity)?;
    Some(Fields { issuer, subject, starts: seconds(starts_tag, starts)?, ends: seconds(ends_tag, ends)? })
}

/// The seconds since 1970 of a time: `YYMMDDHHMMSSZ`, or with four digits of the year.
fn seconds(tag: u8, text: &[u8]) -> Option<u64> {
    let digits = text.strip_suffix(b"Z")?;
    let number = |at: usize, count: usize| -> Option<i64> {
        std::str::from_utf8(digits.get(at..at + count)?).ok()?.parse().ok()
    };
    let (year, at) = match (tag, digits.len()) {
        (0x17, 12) => (number(0, 2).map(|year| if year < 50 { 2000 + year } else { 1900 + year })?, 2),
        (0x18, 14) => (number(0, 4)?, 4),
        _ => return None,
    };
    let (month, day) = (number(at, 2)?, number(at + 2, 2)?);
    let (hour, minute, second) = (number(at + 4, 2)?, number(at + 6, 2)?, number(at + 8, 2)?);
    // days from civil, https://howardhinnant.github.io/date_algorithms.html
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    // what is before 1970 is past
    Some(u64::try_from(((days * 24 + hour) * 60 + minute) * 60 + second).unwrap_or(0))
}

/// webpki's checks; trusted certificates must also be valid now, and a trusted one may be the server's own.
#[derive(Debug)]
pub struct Verifier {
    /// Nothing without a trusted certificate.
    inner: Option<Arc<WebPkiServerVerifier>>,
    trusted: Vec<CertificateDer<'static>>,
    untimely: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
    reason: Reason,
}

impl Verifier {
    pub fn new(ca: Vec<CertificateDer<'static>>, provider: Arc<CryptoProvider>, reason: Reason) -> Self {
        let now = UnixTime::now();
        let is_timely = |one: &CertificateDer<'_>| fields(one).is_some_and(|one| one.time_problem(now).is_none());
        let (trusted, untimely): (Vec<_>, Vec<_>) = ca.into_iter().partition(is_timely);
        let mut store = RootCertStore::empty();
        // one that cannot be used does not spoil the others, as with OpenSSL
        store.add_parsable_certificates(trusted.iter().cloned());
        let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider.clone()).build().ok();
        Self { inner, trusted, untimely, provider, reason }
    }

    /// Whether the server's certificate is itself trusted, as servers with a self-signed one have it.
    fn is_trusted_itself(
        &self,
        own: &CertificateDer<'_>,
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<(), rustls::Error> {
        let refused = Err(CertificateError::UnknownIssuer.into());
        let Some(fields) = fields(own) else { return refused };
        if !self.trusted.iter().any(|one| one == own) || !serves(own) {
            return refused;
        }
        match fields.time_problem(now) {
            Some("CERT_HAS_EXPIRED") => return Err(CertificateError::Expired.into()),
            Some(_) => return Err(CertificateError::NotValidYet.into()),
            None => {}
        }
        verify_server_name(&ParsedCertificate::try_from(own)?, name)
    }

    fn reason_of(&self, own: &CertificateDer<'_>, others: &[CertificateDer<'_>]) -> Option<&'static str> {
        let own = fields(own)?;
        let chain: Vec<_> = others.iter().filter_map(|one| fields(one)).collect();
        let now = UnixTime::now();
        for root in self.untimely.iter().filter_map(|one| fields(one)) {
            if root.subject == own.issuer || chain.iter().any(|one| one.issuer == root.subject) {
                return root.time_problem(now);
            }
        }
        if own.is_self_issued() {
            Some("DEPTH_ZERO_SELF_SIGNED_CERT")
        } else if chain.iter().any(Fields::is_self_issued) {
            Some("SELF_SIGNED_CERT_IN_CHAIN")
        } else if chain.iter().any(|one| one.subject == own.issuer) {
            Some("UNABLE_TO_GET_ISSUER_CERT_LOCALLY")
        } else {
            None
        }
    }
}

/// Whether a certificate may be that of a server: it says nothing about its use, or has servers among it.
fn serves(certificate: &[u8]) -> bool {
    const USES: &[u8] = &[0x06, 0x03, 0x55, 0x1D, 0x25];
    const SERVER: &[u8] = &[0x06, 0x08, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];
    let has = |wanted: &[u8]| certificate.windows(wanted.len()).any(|window| window == wanted);
    !has(USES) || has(SERVER)
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let unknown = || Err(CertificateError::UnknownIssuer.into());
        let result =
            self.inner.as_ref().map_or_else(unknown, |inner| inner.verify_server_cert(own, others, name, ocsp, now));
        let result = match result {
            Err(error) if format!("{error:?}").contains("CaUsedAsEndEntity") => {
                self.is_trusted_itself(own, name, now).map(|()| ServerCertVerified::assertion())
            }
            result => result,
        };
        if let Err(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)) = result
            && let Ok(mut reason) = self.reason.lock()
        {
            *reason = self.reason_of(own, others);
        }
        result
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let inner = self.inner.as_ref().ok_or(CertificateError::UnknownIssuer)?;
        inner.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let inner = self.inner.as_ref().ok_or(CertificateError::UnknownIssuer)?;
        inner.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
