package org.colotape.replayer.decode;

/**
 * A page's wire bytes are not what its encoding allows. The message says why, in one line without a
 * place.
 */
public final class PageDecodeException extends Exception {
  private static final long serialVersionUID = 1L;

  PageDecodeException(String message) {
    super(message);
  }
}
