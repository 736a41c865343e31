//! `engine:crypto`: digests and random bytes.

use super::native_module;
use crate::value::{Out, Text, part};
use rquickjs::ArrayBuffer;
use sha2::Digest;
use std::cell::RefCell;

native_module!(Crypto {
    "newHash": new_hash,
    "updateHash": update_hash,
    "copyHash": copy_hash,
    "digest": digest,
    "random": random,
});

#[derive(Clone)]
enum Hash {
    Md5(md5::Md5),
    Sha1(sha1::Sha1),
    Sha256(sha2::Sha256),
    Sha384(sha2::Sha384),
    Sha512(sha2::Sha512),
}

impl Hash {
    fn new(algorithm: &str) -> Option<Self> {
        Some(match algorithm {
            "md5" => Self::Md5(md5::Md5::new()),
            "sha1" => Self::Sha1(sha1::Sha1::new()),
            "sha256" => Self::Sha256(sha2::Sha256::new()),
            "sha384" => Self::Sha384(sha2::Sha384::new()),
            "sha512" => Self::Sha512(sha2::Sha512::new()),
            _ => return None,
        })
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Md5(hash) => hash.update(bytes),
            Self::Sha1(hash) => hash.update(bytes),
            Self::Sha256(hash) => hash.update(bytes),
            Self::Sha384(hash) => hash.update(bytes),
            Self::Sha512(hash) => hash.update(bytes),
        }
    }

    fn digest(self) -> Vec<u8> {
        match self {
            Self::Md5(hash) => hash.finalize().to_vec(),
            Self::Sha1(hash) => hash.finalize().to_vec(),
            Self::Sha256(hash) => hash.finalize().to_vec(),
            Self::Sha384(hash) => hash.finalize().to_vec(),
            Self::Sha512(hash) => hash.finalize().to_vec(),
        }
    }
}

/// Values that JavaScript names by number; the numbers of those that went are used again.
pub struct Handles<T>(Vec<Option<T>>);

impl<T> Handles<T> {
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    pub fn add(&mut self, value: T) -> f64 {
        let at = self.0.iter().position(Option::is_none).unwrap_or_else(|| {
            self.0.push(None);
            self.0.len() - 1
        });
        self.0[at] = Some(value);
        at as f64
    }

    pub fn get(&mut self, at: f64) -> Option<&mut T> {
        self.0.get_mut(at as usize)?.as_mut()
    }

    pub fn take(&mut self, at: f64) -> Option<T> {
        self.0.get_mut(at as usize)?.take()
    }
}

thread_local! {
    static HASHES: RefCell<Handles<Hash>> = const { RefCell::new(Handles::new()) };
}

fn new_hash(algorithm: Text) -> f64 {
    Hash::new(&algorithm.0).map_or(-1.0, |hash| HASHES.with_borrow_mut(|hashes| hashes.add(hash)))
}

fn update_hash(hash: f64, bytes: ArrayBuffer<'_>, offset: f64, length: f64) {
    HASHES.with_borrow_mut(|hashes| {
        if let Some(hash) = hashes.get(hash) {
            hash.update(part(&bytes, offset, length));
        }
    });
}

fn copy_hash(hash: f64) -> f64 {
    HASHES.with_borrow_mut(|hashes| {
        let copy = hashes.get(hash).cloned();
        copy.map_or(-1.0, |copy| hashes.add(copy))
    })
}

fn digest(hash: f64) -> Out {
    let hash = HASHES.with_borrow_mut(|hashes| hashes.take(hash));
    hash.map_or(Out::Undefined, |hash| Out::Bytes(hash.digest()))
}

fn random(length: f64) -> Out {
    let length = length as usize;
    let mut bytes = Vec::new();
    // as Node.js: more than 2^31 - 1 bytes are refused
    if length > i32::MAX as usize || bytes.try_reserve_exact(length).is_err() {
        return Out::Error(libc::ENOMEM);
    }
    bytes.resize(length, 0u8);
    let mut filled = 0;
    while filled < bytes.len() {
        let rest = &mut bytes[filled..];
        // SAFETY: the rest of the buffer.
        let count = unsafe { libc::getrandom(rest.as_mut_ptr().cast(), rest.len(), 0) };
        if count > 0 {
            filled += count as usize;
        } else if super::fs::errno() != libc::EINTR {
            return Out::Error(super::fs::errno());
        }
    }
    Out::Bytes(bytes)
}
