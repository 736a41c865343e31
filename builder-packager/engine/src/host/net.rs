//! `engine:net`: names and TCP connections. A connection is a descriptor: `engine:loop` reads and writes it.

use super::fs::errno;
use super::native_module;
use crate::event_loop;
use crate::value::{Out, Text};
use rquickjs::{Ctx, Function};
use std::ffi::CString;
use std::net::{IpAddr, SocketAddr};

native_module!(Net { "lookup": lookup, "socket": socket, "connect": connect, "shutdown": shutdown });

/// Resolves a name in a thread: `done` gets the addresses in the resolver's order, or its error number (`EAI_NONAME` is -2).
fn lookup<'js>(ctx: Ctx<'js>, host: Text, done: Function<'js>) {
    event_loop::in_thread(&ctx, done, move || addresses(host.0));
}

fn addresses(host: String) -> Out {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Out::Texts(vec![address.to_string()]);
    }
    let Ok(name) = CString::new(host) else { return Out::Number(f64::from(libc::EAI_NONAME)) };
    // SAFETY: structures of the system; the list is given back.
    unsafe {
        let mut hints: libc::addrinfo = std::mem::zeroed();
        // as Node.js: no addresses of a family that the machine does not have
        (hints.ai_socktype, hints.ai_flags) = (libc::SOCK_STREAM, libc::AI_ADDRCONFIG);
        let mut list = std::ptr::null_mut();
        // not by the standard library, which keeps the resolver's number only in its text
        match libc::getaddrinfo(name.as_ptr(), std::ptr::null(), &raw const hints, &raw mut list) {
            0 => {
                let mut found = Vec::new();
                let mut next = list;
                while let Some(entry) = next.as_ref() {
                    found.extend(address_in(entry).map(|address| address.to_string()));
                    next = entry.ai_next;
                }
                libc::freeaddrinfo(list);
                Out::Texts(found)
            }
            error => Out::Number(f64::from(error)),
        }
    }
}

/// # Safety
/// The entry is one that the resolver made.
unsafe fn address_in(entry: &libc::addrinfo) -> Option<IpAddr> {
    // SAFETY: the structure of an address is that of its family.
    unsafe {
        match entry.ai_family {
            libc::AF_INET => {
                let address = entry.ai_addr.cast::<libc::sockaddr_in>().as_ref()?;
                Some(IpAddr::from(address.sin_addr.s_addr.to_ne_bytes()))
            }
            libc::AF_INET6 => {
                let address = entry.ai_addr.cast::<libc::sockaddr_in6>().as_ref()?;
                Some(IpAddr::from(address.sin6_addr.s6_addr))
            }
            _ => None,
        }
    }
}

/// A TCP socket for the family of an address, or an error number.
fn socket(address: Text) -> Out {
    let family = match address.0.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => libc::AF_INET,
        Ok(IpAddr::V6(_)) => libc::AF_INET6,
        Err(_) => return Out::Error(libc::EINVAL),
    };
    // SAFETY: numbers.
    match unsafe { libc::socket(family, libc::SOCK_STREAM | libc::SOCK_CLOEXEC, 0) } {
        -1 => Out::Error(errno()),
        fd => Out::Number(f64::from(fd)),
    }
}

/// Connects in a thread. `shutdown` ends an attempt that takes too long.
fn connect<'js>(ctx: Ctx<'js>, fd: i32, address: Text, port: u16, done: Function<'js>) {
    event_loop::in_thread(&ctx, done, move || {
        let Ok(ip) = address.0.parse::<IpAddr>() else { return Out::Error(libc::EINVAL) };
        match connect_to(fd, SocketAddr::new(ip, port)) {
            0 => Out::Number(0.0),
            error => Out::Error(error),
        }
    });
}

fn connect_to(fd: i32, address: SocketAddr) -> i32 {
    // SAFETY: structures of the size that is given with them.
    let result = unsafe {
        match address {
            SocketAddr::V4(address) => {
                let mut name: libc::sockaddr_in = std::mem::zeroed();
                name.sin_family = libc::AF_INET as _;
                name.sin_port = address.port().to_be();
                name.sin_addr.s_addr = u32::from_ne_bytes(address.ip().octets());
                libc::connect(fd, (&raw const name).cast(), size_of_val(&name) as _)
            }
            SocketAddr::V6(address) => {
                let mut name: libc::sockaddr_in6 = std::mem::zeroed();
                name.sin6_family = libc::AF_INET6 as _;
                name.sin6_port = address.port().to_be();
                name.sin6_addr.s6_addr = address.ip().octets();
                libc::connect(fd, (&raw const name).cast(), size_of_val(&name) as _)
            }
        }
    };
    if result == 0 { 0 } else { errno() }
}

/// Ends both directions, so that threads that wait for the descriptor come back. It stays open until it is closed.
fn shutdown(fd: i32) -> Out {
    match unsafe { libc::shutdown(fd, libc::SHUT_RDWR) } {
        -1 => Out::Error(errno()),
        _ => Out::Number(0.0),
    }
}
