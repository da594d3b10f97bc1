package org.colotape.schema.broker;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersionCollection;
import org.apache.kafka.common.message.SaslAuthenticateRequestData;
import org.apache.kafka.common.message.SaslAuthenticateResponseData;
import org.apache.kafka.common.message.SaslHandshakeResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;
import org.apache.kafka.common.requests.ResponseHeader;

/**
 * What another user may put on a port on which a home's broker listened before: it takes every
 * login for right, and keeps what it is told.
 */
final class FalseBroker implements AutoCloseable {
  private final ServerSocket server;
  private final ConcurrentLinkedQueue<ApiKeys> requests = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();

  private FalseBroker(ServerSocket server) {
    this.server = server;
  }

  /** Starts it on a port that nobody has. */
  static FalseBroker start(int port) throws IOException {
    FalseBroker broker =
        new FalseBroker(new ServerSocket(port, 50, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().start(broker::acceptAll);
    return broker;
  }

  /** The kinds of requests that came. */
  List<ApiKeys> requests() {
    return List.copyOf(requests);
  }

  /** All bytes that came, each as a character. */
  String told() {
    return String.join("\n", told);
  }

  private void acceptAll() {
    try {
      while (true) {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket client) {
    try (client) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      DataOutputStream out = new DataOutputStream(client.getOutputStream());
      while (true) {
        byte[] request = in.readNBytes(in.readInt());
        told.add(new String(request, StandardCharsets.ISO_8859_1));
        ByteBuffer answer = answer(ByteBuffer.wrap(request));
        out.writeInt(answer.remaining());
        out.write(answer.array(), answer.arrayOffset() + answer.position(), answer.remaining());
      }
    } catch (EOFException e) {
      // the client has enough
    } catch (IOException e) {
      told.add(e.toString());
    }
  }

  private ByteBuffer answer(ByteBuffer request) throws IOException {
    RequestHeader header = RequestHeader.parse(request);
    requests.add(header.apiKey());
    ApiMessage answer =
        switch (header.apiKey()) {
          case API_VERSIONS -> versions();
          case SASL_HANDSHAKE ->
              new SaslHandshakeResponseData().setMechanisms(List.of(HomeLogin.mechanism()));
          case SASL_AUTHENTICATE ->
              new SaslAuthenticateResponseData()
                  .setAuthBytes(
                      welcome(
                              new SaslAuthenticateRequestData(
                                      new ByteBufferAccessor(request), header.apiVersion())
                                  .authBytes())
                          .getBytes(StandardCharsets.UTF_8));
          default -> throw new IOException("a request behind the login");
        };
    ResponseHeader response = header.toResponseHeader();
    return RequestUtils.serialize(
        response.data(), response.headerVersion(), answer, header.apiVersion());
  }

  private static ApiMessage versions() {
    ApiVersionCollection versions = new ApiVersionCollection();
    for (ApiKeys key :
        List.of(ApiKeys.API_VERSIONS, ApiKeys.SASL_HANDSHAKE, ApiKeys.SASL_AUTHENTICATE)) {
      versions.add(
          new ApiVersion()
              .setApiKey(key.id)
              .setMinVersion(key.oldestVersion())
              .setMaxVersion(key.latestVersion()));
    }
    return new ApiVersionsResponseData().setApiKeys(versions);
  }

  /** The messages of a SCRAM server (RFC 5802) that does not know the secret. */
  private static String welcome(byte[] message) {
    String text = new String(message, StandardCharsets.UTF_8);
    int nonce = text.indexOf(",r=");
    return text.startsWith("n,")
        ? text.substring(nonce + 1) + "more,s=" + zeros(16) + ",i=4096"
        : "v=" + zeros(32);
  }

  private static String zeros(int bytes) {
    return Base64.getEncoder().encodeToString(new byte[bytes]);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
