//! `engine:signature`: verification of signatures.

use super::native_module;
use crate::value::{Text, part};
use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use rquickjs::ArrayBuffer;

native_module!(Signature {
    "verify": verify,
});

/// The smallest RSA keys that ring verifies with a hash are accepted: Node.js leaves their size to the program.
fn algorithm(name: &str) -> Option<&'static dyn VerificationAlgorithm> {
    Some(match name {
        "rsa-sha1" => &signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
        "rsa-sha256" => &signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
        "rsa-sha384" => &signature::RSA_PKCS1_2048_8192_SHA384,
        "rsa-sha512" => &signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
        "p256-sha256" => &signature::ECDSA_P256_SHA256_ASN1,
        "p256-sha384" => &signature::ECDSA_P256_SHA384_ASN1,
        "p384-sha256" => &signature::ECDSA_P384_SHA256_ASN1,
        "p384-sha384" => &signature::ECDSA_P384_SHA384_ASN1,
        "ed25519" => &signature::ED25519,
        _ => return None,
    })
}

/// 1 if the signature is valid, 0 if it is not, -1 if the algorithm is not known.
fn verify(
    name: Text,
    key: ArrayBuffer<'_>,
    signature: ArrayBuffer<'_>,
    data: ArrayBuffer<'_>,
    offset: f64,
    length: f64,
) -> f64 {
    let Some(algorithm) = algorithm(&name.0) else { return -1.0 };
    let key = UnparsedPublicKey::new(algorithm, whole(&key));
    let is_valid = key.verify(part(&data, offset, length), whole(&signature)).is_ok();
    f64::from(u8::from(is_valid))
}

/// All bytes of a buffer.
fn whole<'a>(buffer: &'a ArrayBuffer<'_>) -> &'a [u8] {
    part(buffer, 0.0, buffer.len() as f64)
}
