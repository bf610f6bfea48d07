/**
 * The files in the data folder that the server itself writes for clients and operators: {@code credentials} and {@code server.json}.
 * Read {@link dev.sluice.server.folder.AdministratorKey}, {@link dev.sluice.server.folder.CredentialsFile} and
 * {@link dev.sluice.server.folder.ServerFile}. Values are immutable; files are replaced as a whole.
 */
@NullMarked
package dev.sluice.server.folder;

import org.jspecify.annotations.NullMarked;
