package org.colotape.schema.broker;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.scram.ScramCredential;
import org.apache.kafka.common.security.scram.ScramCredentialCallback;
import org.apache.kafka.common.security.scram.internals.ScramCredentialUtils;
import org.apache.kafka.common.security.token.delegation.internals.DelegationTokenCredentialCallback;
import org.jspecify.annotations.Nullable;

/**
 * Tells the embedded broker by what to know its one user. Kafka itself keeps SCRAM's credentials
 * among its metadata, where the controller can't have them before somebody logged in to write them.
 *
 * <p>Kafka makes it from its name, so it is public; programs have no use for it.
 */
public final class HomeCredential implements AuthenticateCallbackHandler {
  /** Option of the broker's login that holds the credential. */
  static final String OPTION = "credential";

  private @Nullable ScramCredential credential;

  @Override
  public void configure(
      Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {
    Object stated = Objects.requireNonNull(entries.getFirst().getOptions().get(OPTION));
    credential = ScramCredentialUtils.credentialFromString(stated.toString());
  }

  /** Gives the credential for the owner's name, and none for another. */
  @Override
  public void handle(Callback[] callbacks) throws UnsupportedCallbackException {
    boolean owner = false;
    for (Callback callback : callbacks) {
      switch (callback) {
        case NameCallback name -> owner = HomeLogin.USER.equals(name.getDefaultName());
        case DelegationTokenCredentialCallback token ->
            throw new UnsupportedCallbackException(token, "no tokens here");
        case ScramCredentialCallback scram -> scram.scramCredential(owner ? credential : null);
        default -> throw new UnsupportedCallbackException(callback);
      }
    }
  }

  @Override
  public void close() {}
}
