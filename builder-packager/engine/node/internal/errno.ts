/**
 * The names of Linux's error numbers, by number. They are the same on x64 and arm64. An unused number has an empty name.
 * The table is one text, because a list of 125 strings would cost time at each start.
 */
const NAMES =
  " EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT ENOTBLK EBUSY EEXIST EXDEV " +
  "ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK " +
  "ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP  ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT " +
  "EBADE EBADR EXFULL ENOANO EBADRQC EBADSLT  EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE ENOLINK EADV ESRMNT " +
  "ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD ELIBSCN ELIBMAX ELIBEXEC EILSEQ " +
  "ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT ENOTSUP " +
  "EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN " +
  "ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM " +
  "ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED";

let names: readonly string[] | undefined;

/** Returns the names of all errors; the index is the error number. */
export function errnoNames(): readonly string[] {
  names ??= NAMES.split(" ");
  return names;
}

/** Returns the name of a positive error number: `ENOENT` for 2. */
export const errnoName = (errno: number): string => errnoNames()[errno] || `Unknown system error -${errno}`;

/** The texts of libuv, which are not those of the C library. */
const TEXTS =
  "1 operation not permitted|2 no such file or directory|3 no such process|4 interrupted system call|5 i/o error|" +
  "6 no such device or address|7 argument list too long|8 exec format error|9 bad file descriptor|" +
  "11 resource temporarily unavailable|12 not enough memory|13 permission denied|" +
  "14 bad address in system call argument|16 resource busy or locked|17 file already exists|" +
  "18 cross-device link not permitted|19 no such device|20 not a directory|21 illegal operation on a directory|" +
  "22 invalid argument|23 file table overflow|24 too many open files|25 inappropriate ioctl for device|" +
  "26 text file is busy|27 file too large|28 no space left on device|29 invalid seek|30 read-only file system|" +
  "31 too many links|32 broken pipe|34 result too large|36 name too long|38 function not implemented|" +
  "39 directory not empty|40 too many symbolic links encountered|49 protocol driver not attached|" +
  "61 no data available|64 machine is not on the network|71 protocol error|" +
  "75 value too large for defined data type|84 illegal byte sequence|88 socket operation on non-socket|" +
  "89 destination address required|90 message too long|91 protocol wrong type for socket|92 protocol not available|" +
  "93 protocol not supported|94 socket type not supported|95 operation not supported on socket|" +
  "97 address family not supported|98 address already in use|99 address not available|100 network is down|" +
  "101 network is unreachable|103 software caused connection abort|104 connection reset by peer|" +
  "105 no buffer space available|106 socket is already connected|107 socket is not connected|" +
  "108 cannot send after transport endpoint shutdown|110 connection timed out|111 connection refused|" +
  "112 host is down|113 host is unreachable|114 connection already in progress|121 remote I/O error|" +
  "125 operation canceled";

let texts: ReadonlyMap<number, string> | undefined;

export function errnoText(errno: number): string {
  texts ??= new Map(
    TEXTS.split("|").map((entry) => {
      const space = entry.indexOf(" ");
      return [Number(entry.slice(0, space)), entry.slice(space + 1)];
    }),
  );
  return texts.get(errno) ?? `Unknown system error -${errno}`;
}
