package io.github.tiltbench.config;

/** A definition that names a file which is nowhere to be found. */
final class MissingFile extends ConfigException {
  private static final long serialVersionUID = 1L;

  private final String path;

  /**
   * A missing file.
   *
   * @param path as written
   * @param hint where it was looked for, or what else is there
   */
  MissingFile(Mark at, String path, String hint) {
    super(at, "no file '" + path + "'" + hint);
    this.path = path;
  }

  /** The path as written. */
  String path() {
    return path;
  }
}
