package io.github.tiltbench.report;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.tiltbench.config.IoReasons;
import io.github.tiltbench.result.StoreException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Shows the report of a result folder to a browser as long as a study runs: one page, made anew
 * from the store, that reloads itself.
 *
 * <p>It answers GET of {@code /} and nothing else, so no request names a file; it writes nothing.
 * The page is made when it is asked for, and that takes a tenth of the time at most: what took a
 * second to make is kept for ten.
 */
public final class LiveReport implements AutoCloseable {
  private static final Pattern PLACE =
      Pattern.compile("(?:(\\[[0-9a-fA-F:.]+\\]|[^:]+):)?(\\d{1,5})");
  private static final Duration LEAST = Duration.ofSeconds(10);
  private static final int REST = 10;
  private static final int READERS = 4;

  private final Path folder;
  private final HttpServer server;
  private final Duration least;
  private final int rest;
  private final ExecutorService readers =
      Executors.newFixedThreadPool(
          READERS,
          work -> {
            Thread thread = new Thread(work, "live-report");
            thread.setDaemon(true);
            return thread;
          });
  private Made made;

  /**
   * A page.
   *
   * @param again the earliest time to make another, by {@link System#nanoTime}
   */
  private record Made(byte[] page, long again) {}

  private LiveReport(Path folder, HttpServer server, Duration least, int rest) {
    this.folder = folder;
    this.server = server;
    this.least = least;
    this.rest = rest;
  }

  /**
   * Reads {@code PORT} or {@code HOST:PORT}; without a host it is this machine alone that can
   * connect, and port 0 is any free one.
   *
   * @throws IllegalArgumentException if it is neither, or there is no such host
   */
  public static InetSocketAddress place(String text) {
    Matcher place = PLACE.matcher(text.strip());
    if (!place.matches() || Integer.parseInt(place.group(2)) > 0xFFFF) {
      throw new IllegalArgumentException(
          "a page is served at a port, such as 8080 or 127.0.0.1:8080, not at '" + text + "'");
    }
    try {
      InetAddress host =
          place.group(1) == null
              ? InetAddress.getLoopbackAddress()
              : InetAddress.getByName(place.group(1));
      return new InetSocketAddress(host, Integer.parseInt(place.group(2)));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "there is no host '" + place.group(1) + "' to serve at", e);
    }
  }

  /**
   * Starts to listen.
   *
   * @throws IllegalArgumentException if the place cannot be listened at
   */
  public static LiveReport open(Path folder, InetSocketAddress place) {
    return open(folder, place, LEAST, REST);
  }

  /**
   * The same with another patience.
   *
   * @param least how long a page is kept at least
   * @param rest how many times as long as it took to make
   */
  static LiveReport open(Path folder, InetSocketAddress place, Duration least, int rest) {
    HttpServer server;
    try {
      server = HttpServer.create(place, 0);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "nothing can be served at "
              + place.getAddress().getHostAddress()
              + ":"
              + place.getPort()
              + ": "
              + IoReasons.explain(e),
          e);
    }
    LiveReport live = new LiveReport(folder, server, least, rest);
    server.createContext("/", live::answer);
    server.setExecutor(live.readers);
    server.start();
    return live;
  }

  /** Where it listens. */
  public InetSocketAddress place() {
    return server.getAddress();
  }

  /** The address to open in a browser of this machine. */
  public String url() {
    InetAddress host = place().getAddress();
    String name = host.isAnyLocalAddress() ? "localhost" : host.getHostAddress();
    return "http://"
        + (name.contains(":") ? "[" + name + "]" : name)
        + ":"
        + place().getPort()
        + "/";
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("GET")) {
        exchange.getResponseHeaders().set("Allow", "GET");
        say(exchange, 405, "only GET is answered");
      } else if (!ours(exchange)) {
        say(exchange, 421, "this is not the host of that name");
      } else if (!exchange.getRequestURI().getRawPath().equals("/")) {
        say(exchange, 404, "there is one page, /");
      } else {
        show(exchange);
      }
    }
  }

  /**
   * Whether a request is meant for this server: a page of another site may have its own name lead
   * to this machine, to read what only this machine may.
   */
  private boolean ours(HttpExchange exchange) {
    List<String> host = exchange.getRequestHeaders().getOrDefault("Host", List.of());
    return !place().getAddress().isLoopbackAddress()
        || (host.size() == 1
            && Set.of("localhost", "127.0.0.1", "[::1]", "[0:0:0:0:0:0:0:1]")
                .contains(host.get(0).replaceFirst(":\\d+$", "")));
  }

  private void show(HttpExchange exchange) throws IOException {
    Made now;
    try {
      now = made();
    } catch (StoreException e) {
      say(exchange, 503, e.getMessage());
      return;
    } catch (RuntimeException | Error e) {
      say(exchange, 500, "internal fault: " + e);
      return;
    }
    long wait = Math.max(1, Duration.ofNanos(now.again - System.nanoTime()).toSeconds());
    exchange.getResponseHeaders().set("Refresh", Long.toString(wait));
    send(exchange, 200, "text/html; charset=utf-8", now.page);
  }

  /** The page, made anew if trials have come and the last one has lasted long enough. */
  private synchronized Made made() {
    if (made != null && System.nanoTime() - made.again < 0) {
      return made;
    }
    long start = System.nanoTime();
    Status status = Status.of(folder);
    byte[] page = Report.page(status.results(), status.sentence()).getBytes(StandardCharsets.UTF_8);
    long end = System.nanoTime();
    made = new Made(page, end + Math.max(least.toNanos(), rest * (end - start)));
    return made;
  }

  private static void say(HttpExchange exchange, int code, String line) throws IOException {
    send(
        exchange,
        code,
        "text/plain; charset=utf-8",
        (line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int code, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    exchange.getResponseHeaders().set("X-Frame-Options", "DENY");
    boolean headAlone = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(code, headAlone ? -1 : body.length);
    if (!headAlone) {
      exchange.getResponseBody().write(body);
    }
  }

  /** Stops listening. */
  @Override
  public void close() {
    server.stop(0);
    readers.shutdownNow();
  }
}
