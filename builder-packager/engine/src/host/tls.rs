//! `engine:tls`: TLS without a connection of its own. JavaScript carries the bytes between the network and this.

use super::certificates::{Reason, Verifier};
use super::crypto::Handles;
use super::native_module;
use crate::value::{Out, Text, part};
use rquickjs::{ArrayBuffer, Ctx, IntoJs, Object, Result as JsResult, Value};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme,
};
use std::cell::RefCell;
use std::io::{Read, Write};
use std::sync::Arc;

native_module!(Tls {
    "newClient": new_client,
    "receive": receive,
    "send": send,
    "close": close,
    "free": free,
    "rootCertificates": root_certificates,
});

struct Client {
    connection: ClientConnection,
    reason: Reason,
}

thread_local! {
    static CLIENTS: RefCell<Handles<Client>> = const { RefCell::new(Handles::new()) };
}

/// A client for `servername`: its number, or the code of Node.js and a text. `ca` has PEM texts; without them, Mozilla's roots are trusted.
fn new_client<'js>(ctx: Ctx<'js>, options: Object<'js>) -> JsResult<Value<'js>> {
    let name: Text = options.get("servername")?;
    let ca: Option<Vec<Text>> = options.get("ca")?;
    let verifies: bool = options.get("rejectUnauthorized")?;
    match client(name.0, ca, verifies) {
        Ok(client) => CLIENTS.with_borrow_mut(|clients| clients.add(client)).into_js(&ctx),
        Err((code, text)) => Out::Texts(vec![code.to_owned(), text]).into_js(&ctx),
    }
}

type Problem = (&'static str, String);

fn client(name: String, ca: Option<Vec<Text>>, verifies: bool) -> Result<Client, Problem> {
    let provider = Arc::new(ring::default_provider());
    let reason = Reason::default();
    let verifier: Arc<dyn ServerCertVerifier> = match verifies {
        true => Arc::new(Verifier::new(trusted(ca)?, provider.clone(), reason.clone())),
        false => Arc::new(Unverified(provider.clone())),
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| problem(&error))?;
    let mut config = builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let name = ServerName::try_from(name).map_err(|error| ("ERR_INVALID_ARG_VALUE", error.to_string()))?;
    let connection = ClientConnection::new(Arc::new(config), name).map_err(|error| problem(&error))?;
    Ok(Client { connection, reason })
}

fn trusted(ca: Option<Vec<Text>>) -> Result<Vec<CertificateDer<'static>>, Problem> {
    let Some(ca) = ca else { return Ok(webpki_root_certs::TLS_SERVER_ROOT_CERTS.to_vec()) };
    ca.iter()
        .flat_map(|text| CertificateDer::pem_slice_iter(text.0.as_bytes()).collect::<Vec<_>>())
        .collect::<Result<_, _>>()
        .map_err(|error| ("ERR_OSSL_PEM_BAD_BASE64_DECODE", error.to_string()))
}

/// For `rejectUnauthorized: false`: any certificate, but signatures that match it.
#[derive(Debug)]
struct Unverified(Arc<CryptoProvider>);

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// The code by which Node.js names the same failure, where it has one.
fn problem(error: &rustls::Error) -> Problem {
    use rustls::Error::{AlertReceived, InvalidCertificate, InvalidMessage, PeerIncompatible};
    let code = match error {
        InvalidCertificate(reason) => match reason {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => "CERT_HAS_EXPIRED",
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "CERT_NOT_YET_VALID",
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "ERR_TLS_CERT_ALTNAME_INVALID"
            }
            CertificateError::UnknownIssuer => "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => "INVALID_PURPOSE",
            CertificateError::Revoked => "CERT_REVOKED",
            CertificateError::BadSignature => "CERT_SIGNATURE_FAILURE",
            _ => "CERT_REJECTED",
        },
        AlertReceived(AlertDescription::ProtocolVersion) => "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
        AlertReceived(AlertDescription::UnrecognisedName) => "ERR_SSL_TLSV1_UNRECOGNIZED_NAME",
        AlertReceived(AlertDescription::InternalError) => "ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR",
        AlertReceived(AlertDescription::HandshakeFailure) => "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE",
        AlertReceived(AlertDescription::CertificateRequired) => "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
        AlertReceived(_) => "ERR_SSL_TLS_ALERT",
        InvalidMessage(_) => "ERR_SSL_WRONG_VERSION_NUMBER",
        PeerIncompatible(_) => "ERR_SSL_UNSUPPORTED_PROTOCOL",
        _ => "ERR_SSL_TLS",
    };
    (code, error.to_string())
}

/// Takes bytes of the network (none at its end). The result has what the peer said, what is to be sent now, whether the
/// handshake is done and whether the peer has said that nothing follows; or a code and a text.
fn receive<'js>(ctx: Ctx<'js>, client: f64, bytes: ArrayBuffer<'js>, offset: f64, length: f64) -> JsResult<Value<'js>> {
    let bytes = part(&bytes, offset, length);
    let progress = CLIENTS.with_borrow_mut(|clients| clients.get(client).map(|client| advance(client, bytes)));
    progress.map_or_else(|| Out::Undefined.into_js(&ctx), |progress| progress.into_js(&ctx))
}

struct Progress {
    plain: Vec<u8>,
    wire: Vec<u8>,
    is_secure: bool,
    is_closed: bool,
    problem: Option<Problem>,
}

fn advance(Client { connection: client, reason }: &mut Client, mut bytes: &[u8]) -> Progress {
    let mut progress =
        Progress { plain: Vec::new(), wire: Vec::new(), is_secure: false, is_closed: false, problem: None };
    loop {
        // it takes as much as it has room for: the rest follows when that is processed
        if !bytes.is_empty() {
            match client.read_tls(&mut bytes) {
                // the peer has closed: what follows is not read, as with OpenSSL
                Ok(0) => bytes = &[],
                Ok(_) => {}
                Err(_) => {
                    progress.problem = Some(("ERR_SSL_TLS", "too much data that cannot be decrypted yet".to_owned()));
                    break;
                }
            }
        }
        match client.process_new_packets() {
            Ok(state) => {
                progress.is_closed = state.peer_has_closed();
                let start = progress.plain.len();
                progress.plain.resize(start + state.plaintext_bytes_to_read(), 0);
                if client.reader().read_exact(&mut progress.plain[start..]).is_err() {
                    progress.plain.truncate(start);
                }
            }
            Err(error) => {
                // what came before the failure is of the peer
                drop(client.reader().read_to_end(&mut progress.plain));
                let (code, text) = problem(&error);
                let known = reason.lock().ok().and_then(|mut reason| reason.take());
                let is_certificate = matches!(error, rustls::Error::InvalidCertificate(_));
                let code = if client.is_handshaking() && !is_certificate { "EPROTO" } else { code };
                progress.problem = Some((known.unwrap_or(code), text));
                break;
            }
        }
        if bytes.is_empty() {
            break;
        }
    }
    progress.wire = outgoing(client);
    progress.is_secure = !client.is_handshaking();
    progress
}

/// What is to be sent now, alerts among it.
fn outgoing(client: &mut ClientConnection) -> Vec<u8> {
    let mut wire = Vec::new();
    while client.wants_write() && client.write_tls(&mut wire).is_ok() {}
    wire
}

impl<'js> IntoJs<'js> for Progress {
    fn into_js(self, ctx: &Ctx<'js>) -> JsResult<Value<'js>> {
        let object = Object::new(ctx.clone())?;
        object.set("plain", Out::Bytes(self.plain))?;
        object.set("wire", Out::Bytes(self.wire))?;
        object.set("isSecure", self.is_secure)?;
        object.set("isClosed", self.is_closed)?;
        if let Some((code, text)) = self.problem {
            object.set("code", code)?;
            object.set("message", text)?;
        }
        object.into_js(ctx)
    }
}

/// The bytes for the network that carry these.
fn send(client: f64, bytes: ArrayBuffer<'_>, offset: f64, length: f64) -> Out {
    let bytes = part(&bytes, offset, length);
    CLIENTS.with_borrow_mut(|clients| {
        let Some(Client { connection: client, .. }) = clients.get(client) else { return Out::Undefined };
        client.set_buffer_limit(None);
        match client.writer().write_all(bytes) {
            Ok(()) => Out::Bytes(outgoing(client)),
            Err(_) => Out::Undefined,
        }
    })
}

/// The bytes for the network that say that nothing follows.
fn close(client: f64) -> Out {
    CLIENTS.with_borrow_mut(|clients| {
        clients.get(client).map_or(Out::Undefined, |Client { connection: client, .. }| {
            client.send_close_notify();
            Out::Bytes(outgoing(client))
        })
    })
}

fn free(client: f64) {
    CLIENTS.with_borrow_mut(|clients| drop(clients.take(client)));
}

/// Mozilla's roots, PEM.
fn root_certificates() -> Out {
    let pem = |certificate: &CertificateDer<'_>| {
        let text = super::text::base64_of(certificate);
        let lines = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect::<Vec<_>>().join("\n");
        format!("-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----")
    };
    Out::Texts(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().map(pem).collect())
}
