import java.net.URI;
import javax.net.ssl.SSLHandshakeException;

/** Prints what an address answers, or that the server is not trusted. */
class Fetch {
  public static void main(String... args) throws Exception {
    try (var stream = URI.create(args[0]).toURL().openStream()) {
      System.out.println(new String(stream.readAllBytes()));
    } catch (SSLHandshakeException error) {
      System.out.println(error.getClass().getSimpleName());
    }
  }
}
