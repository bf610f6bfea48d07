/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.upstream;

import dev.sluice.gateway.http.ResponseHead;
import io.netty.buffer.ByteBuf;

/** Hears of one call: at most one {@link #answered}, then any number of {@link #answerContent}, then one of {@link #completed} and {@link #failed}. */
public interface UpstreamListener {
    /**
     * @param head its fields are only valid during the call
     * @param hasBody whether content may follow
     */
    void answered(ResponseHead head, boolean hasBody);

    /** @param data to be released by the listener */
    void answerContent(ByteBuf data);

    void completed();

    void failed(UpstreamFailure failure);

    /** Asked after each read: whether to read on now. If not, {@link UpstreamCall#resume} is called later. */
    boolean wantsAnswer();

    /** All that could be read now has been handed over: time to flush. */
    void answerReadComplete();

    /** {@link UpstreamCall#writable} has become true. */
    void requestWritable();
}
