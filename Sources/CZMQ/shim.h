#pragma once
#include <zmq.h>

/// The error code of a context that was shut down: a macro of a sum, which does not import.
static const int winnow_eterm = ETERM;
