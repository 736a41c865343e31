//! `engine:net`: names, TCP connections and sockets of files. A connection is a descriptor: `engine:loop` reads and writes it.

use super::child::shutdown;
use super::fs::errno;
use super::native_module;
use crate::event_loop;
use crate::value::{Out, Text};
use rquickjs::{Ctx, Function};
use std::ffi::CString;
use std::net::{IpAddr, SocketAddr};

native_module!(Net {
    "lookup": lookup,
    "socket": socket,
    "connect": connect,
    "listen": listen,
    "accept": accept,
    "localAddress": local_address,
    "peerAddress": peer_address,
    "shutdown": shutdown,
    "resetOnClose": reset_on_close,
});

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

/// The address of a socket for the system.
struct Name {
    storage: libc::sockaddr_storage,
    length: usize,
}

impl Name {
    /// An address is the path of a socket's file if it has a slash.
    fn new(address: &str, port: u16) -> Result<Self, i32> {
        if address.contains('/') {
            return Self::of_path(address.as_bytes());
        }
        let ip = address.parse::<IpAddr>().map_err(|_| libc::EINVAL)?;
        // SAFETY: each structure fits into the storage, which is aligned for all of them.
        unsafe {
            let mut storage: libc::sockaddr_storage = std::mem::zeroed();
            let length = match SocketAddr::new(ip, port) {
                SocketAddr::V4(address) => {
                    let name = &mut *(&raw mut storage).cast::<libc::sockaddr_in>();
                    name.sin_family = libc::AF_INET as _;
                    name.sin_port = address.port().to_be();
                    name.sin_addr.s_addr = u32::from_ne_bytes(address.ip().octets());
                    size_of_val(name)
                }
                SocketAddr::V6(address) => {
                    let name = &mut *(&raw mut storage).cast::<libc::sockaddr_in6>();
                    name.sin6_family = libc::AF_INET6 as _;
                    name.sin6_port = address.port().to_be();
                    name.sin6_addr.s6_addr = address.ip().octets();
                    size_of_val(name)
                }
            };
            Ok(Self { storage, length })
        }
    }

    fn of_path(path: &[u8]) -> Result<Self, i32> {
        // SAFETY: as above.
        unsafe {
            let mut storage: libc::sockaddr_storage = std::mem::zeroed();
            let name = &mut *(&raw mut storage).cast::<libc::sockaddr_un>();
            name.sun_family = libc::AF_UNIX as _;
            // the last byte stays 0
            if path.len() >= name.sun_path.len() || path.contains(&0) {
                return Err(libc::EINVAL);
            }
            for (to, from) in name.sun_path.iter_mut().zip(path) {
                *to = *from as _;
            }
            Ok(Self { storage, length: size_of::<libc::sockaddr_un>() })
        }
    }

    fn pointer(&self) -> *const libc::sockaddr {
        (&raw const self.storage).cast()
    }

    /// Address and port; nothing for the file of a socket.
    fn texts(&self) -> Vec<String> {
        // SAFETY: the structure is that of the family.
        let (ip, port) = unsafe {
            match i32::from(self.storage.ss_family) {
                libc::AF_INET => {
                    let name = &*self.pointer().cast::<libc::sockaddr_in>();
                    (IpAddr::from(name.sin_addr.s_addr.to_ne_bytes()), name.sin_port)
                }
                libc::AF_INET6 => {
                    let name = &*self.pointer().cast::<libc::sockaddr_in6>();
                    (IpAddr::from(name.sin6_addr.s6_addr), name.sin6_port)
                }
                _ => return Vec::new(),
            }
        };
        vec![ip.to_string(), u16::from_be(port).to_string()]
    }
}

fn checked(result: i32) -> Result<i32, i32> {
    if result < 0 { Err(errno()) } else { Ok(result) }
}

fn out(result: Result<i32, i32>) -> Out {
    result.map_or_else(Out::Error, |number| Out::Number(f64::from(number)))
}

/// A socket that sends small parts at once, as those of HTTP in Node.js do. Otherwise the body of a request waits for 40 ms
/// until the peer confirms its head.
fn new_socket(name: &Name) -> Result<i32, i32> {
    // SAFETY: numbers.
    let fd =
        checked(unsafe { libc::socket(name.storage.ss_family.into(), libc::SOCK_STREAM | libc::SOCK_CLOEXEC, 0) })?;
    let on: libc::c_int = 1;
    // a socket of a file does not know this, and does not wait either
    // SAFETY: a descriptor of ours, and a value of the size that is given with it.
    unsafe {
        let (level, option) = (libc::IPPROTO_TCP, libc::TCP_NODELAY);
        libc::setsockopt(fd, level, option, (&raw const on).cast(), size_of_val(&on) as _)
    };
    Ok(fd)
}

/// A socket for the family of an address or for a path, or an error number.
fn socket(address: Text) -> Out {
    out(Name::new(&address.0, 0).and_then(|name| new_socket(&name)))
}

/// Connects in a thread. `shutdown` ends an attempt that takes too long.
fn connect<'js>(ctx: Ctx<'js>, fd: i32, address: Text, port: u16, done: Function<'js>) {
    event_loop::in_thread(&ctx, done, move || {
        out(Name::new(&address.0, port)
            // SAFETY: the name is as long as it says.
            .and_then(|name| checked(unsafe { libc::connect(fd, name.pointer(), name.length as _) })))
    });
}

/// A socket that listens on an address, or an error number.
fn listen(address: Text, port: u16, backlog: i32) -> Out {
    out(Name::new(&address.0, port).and_then(|name| {
        let fd = new_socket(&name)?;
        let on: libc::c_int = 1;
        // SAFETY: a descriptor of ours, and values of the sizes that are given with them.
        let result = unsafe {
            let (level, option) = (libc::SOL_SOCKET, libc::SO_REUSEADDR);
            checked(libc::setsockopt(fd, level, option, (&raw const on).cast(), size_of_val(&on) as _))
                .and_then(|_| checked(libc::bind(fd, name.pointer(), name.length as _)))
                .and_then(|_| checked(libc::listen(fd, backlog)))
        };
        result.map(|_| fd).inspect_err(|_| {
            // SAFETY: a descriptor of ours.
            unsafe { libc::close(fd) };
        })
    }))
}

/// Accepts the next connection in a thread. `shutdown` ends the wait.
fn accept<'js>(ctx: Ctx<'js>, fd: i32, done: Function<'js>) {
    event_loop::in_thread(&ctx, done, move || {
        loop {
            // SAFETY: no address is asked for.
            match unsafe { libc::accept4(fd, std::ptr::null_mut(), std::ptr::null_mut(), libc::SOCK_CLOEXEC) } {
                -1 if matches!(errno(), libc::EINTR | libc::ECONNABORTED) => {}
                result => return out(checked(result)),
            }
        }
    });
}

type Getter = unsafe extern "C" fn(i32, *mut libc::sockaddr, *mut libc::socklen_t) -> i32;

fn address_by(get: Getter, fd: i32) -> Out {
    // SAFETY: the storage has room for every address.
    unsafe {
        let mut storage: libc::sockaddr_storage = std::mem::zeroed();
        let mut length = size_of_val(&storage) as libc::socklen_t;
        match get(fd, (&raw mut storage).cast(), &raw mut length) {
            -1 => Out::Error(errno()),
            _ => Out::Texts(Name { storage, length: length as usize }.texts()),
        }
    }
}

/// Address and port of our end of a connection, or of a listening socket.
fn local_address(fd: i32) -> Out {
    address_by(libc::getsockname, fd)
}

/// Address and port of the other end of a connection.
fn peer_address(fd: i32) -> Out {
    address_by(libc::getpeername, fd)
}

/// From now on, closing the socket discards what was not sent, and tells the peer that the connection is broken.
fn reset_on_close(fd: i32) -> Out {
    let linger = libc::linger { l_onoff: 1, l_linger: 0 };
    // SAFETY: a value of the size that is given with it.
    out(checked(unsafe {
        libc::setsockopt(
            fd,
            libc::SOL_SOCKET,
            libc::SO_LINGER,
            (&raw const linger).cast(),
            size_of_val(&linger) as _,
        )
    }))
}
