// What of libcurl does not import into Swift: its variadic functions, one function here for each type of argument.
#pragma once
// Its checks of the variadic arguments' types are macros over the functions, for calls written in C.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

typedef size_t (*ccurl_receiver)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode ccurl_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

static inline CURLcode ccurl_set_number(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

/// NULL sets the option back. libcurl copies the text.
static inline CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *text) {
    return curl_easy_setopt(handle, option, text);
}

/// `buffer` has CURL_ERROR_SIZE bytes and lives as long as the handle.
static inline CURLcode ccurl_set_error_buffer(CURL *handle, char *buffer) {
    return curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, buffer);
}

/// Both functions are called with `context`: `header` with each header line, `body` with the bytes as they come.
static inline CURLcode ccurl_set_receivers(
    CURL *handle, ccurl_receiver header, ccurl_receiver body, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, header);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, body);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
    return code;
}

/// Neither an address nor a redirection leads to anything but HTTP (file:// for instance).
static inline CURLcode ccurl_allow_http_alone(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075500
    CURLcode code = curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#else
    long allowed = CURLPROTO_HTTP | CURLPROTO_HTTPS;
    CURLcode code = curl_easy_setopt(handle, CURLOPT_PROTOCOLS, allowed);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS, allowed);
#endif
}

/// An interrupted transfer does not wait for the thread that still looks for the host's address.
static inline CURLcode ccurl_set_quick_exit(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075700
    return curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
#else
    (void)handle;
    return CURLE_OK;
#endif
}

/// Lets transfers go on: performs what is ready. `running` is how many are not over.
static inline CURLMcode ccurl_perform(CURLM *multi, int *running) { return curl_multi_perform(multi, running); }

/// Waits until something comes, also on `extra` (-1: none), for at most `milliseconds`.
static inline CURLMcode ccurl_wait(CURLM *multi, int extra, int milliseconds) {
    struct curl_waitfd other = {.fd = extra, .events = CURL_WAIT_POLLIN};
    return curl_multi_poll(multi, &other, extra >= 0 ? 1 : 0, milliseconds, NULL);
}

/// How the one transfer of `multi` ended.
static inline CURLcode ccurl_result(CURLM *multi) {
    int left;
    CURLMsg *message = curl_multi_info_read(multi, &left);
    return message && message->msg == CURLMSG_DONE ? message->data.result : CURLE_RECV_ERROR;
}
