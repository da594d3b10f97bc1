package org.colotape.schema.broker;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.security.scram.ScramLoginModule;
import org.apache.kafka.common.security.scram.internals.ScramCredentialUtils;
import org.apache.kafka.common.security.scram.internals.ScramFormatter;
import org.apache.kafka.common.security.scram.internals.ScramMechanism;
import org.jspecify.annotations.Nullable;

/**
 * The one login of a home's broker, made anew for each run of it.
 *
 * <p>SCRAM and not PLAIN, although a client has to hash for it: both sides prove that they know the
 * secret, and neither says it. Where a broker was killed, any local user can listen on its port a
 * moment later, and its clients come back to that port by themselves, with guest memory to send.
 *
 * @param secret 256 random bits in hexadecimal digits
 */
record HomeLogin(String secret) {
  /** Who logs in: the owner of the home. */
  static final String USER = "colotape";

  private static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_256;
  private static final int SECRET_BYTES = 32;
  private static final Pattern SECRET = Pattern.compile(" password=\"([0-9a-f]{64})\"");

  /** A login that nobody knows yet. */
  static HomeLogin fresh() {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return new HomeLogin(HexFormat.of().formatHex(secret));
  }

  /** The login that the properties of a client state, or null if they state none of this kind. */
  static @Nullable HomeLogin of(Map<String, String> properties) {
    Matcher secret = SECRET.matcher(properties.getOrDefault(SaslConfigs.SASL_JAAS_CONFIG, ""));
    if (!secret.find()) {
      return null;
    }
    HomeLogin login = new HomeLogin(secret.group(1));
    return properties.entrySet().containsAll(login.asText().entrySet()) ? login : null;
  }

  /** What a Kafka client needs for it, with the keys of Kafka's own tools. Holds the secret. */
  Map<String, String> asText() {
    return Map.of(
        CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
        SecurityProtocol.SASL_PLAINTEXT.name,
        SaslConfigs.SASL_MECHANISM,
        mechanism(),
        SaslConfigs.SASL_JAAS_CONFIG,
        jaas(""));
  }

  /** As {@link #asText}, for clients of this process; printing it does not tell the secret. */
  Map<String, Object> forClients() {
    Map<String, Object> properties = new HashMap<>(asText());
    properties.put(SaslConfigs.SASL_JAAS_CONFIG, new Password(jaas("")));
    return properties;
  }

  /** What the broker needs for it, as the value of {@link SaslConfigs#SASL_JAAS_CONFIG}. */
  String forBroker() {
    try {
      String credential =
          ScramCredentialUtils.credentialToString(
              new ScramFormatter(MECHANISM).generateCredential(secret, MECHANISM.minIterations()));
      return jaas(" %s=\"%s\"".formatted(HomeCredential.OPTION, credential));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  static String mechanism() {
    return MECHANISM.mechanismName();
  }

  private String jaas(String more) {
    return "%s required username=\"%s\" password=\"%s\"%s;"
        .formatted(ScramLoginModule.class.getName(), USER, secret, more);
  }

  /** Says nothing of the secret. */
  @Override
  public String toString() {
    return "login of " + USER;
  }
}
