package libcnb;

import java.io.File;
import java.util.List;

/** An object as JSON: what is null or empty is left out. */
final class Json {
  private final StringBuilder fields = new StringBuilder();

  Json text(String name, String value) {
    return value == null || value.isEmpty() ? this : field(name, quoted(value));
  }

  Json file(String name, File file) {
    return file == null ? this : text(name, file.getAbsolutePath());
  }

  Json flag(String name, boolean isSet) {
    return isSet ? field(name, "true") : this;
  }

  Json list(String name, List<String> values) {
    return field(name, "[" + String.join(",", values) + "]");
  }

  private Json field(String name, String value) {
    fields.append(fields.length() == 0 ? "" : ",").append(quoted(name)).append(':').append(value);
    return this;
  }

  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char each : text.toCharArray()) {
      if (each == '"' || each == '\\') quoted.append('\\').append(each);
      else if (each < ' ' || Character.isSurrogate(each)) quoted.append(String.format("\\u%04x", (int) each));
      else quoted.append(each);
    }
    return quoted.append('"').toString();
  }

  @Override
  public String toString() {
    return "{" + fields + "}";
  }
}
