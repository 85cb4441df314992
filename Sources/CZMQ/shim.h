#pragma once
#include <zmq.h>

/// The error code of a context that was shut down: a macro of a sum, which does not import.
static const int winnow_eterm = ETERM;

/// The error code of a socket whose turn it is not: one that answers, before it was asked.
static const int winnow_efsm = EFSM;

/// Refuse every connection when no ZAP handler answers. Debian's header shows it to draft builds only, but the library
/// of every build knows it (options.cpp).
static const int winnow_zap_enforce_domain = 93;

/// The events of a monitor that tell how a handshake failed (zmq_socket_monitor(3)).
static const int winnow_monitored_events = ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
    ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED;
