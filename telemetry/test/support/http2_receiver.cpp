#include "support/http2_receiver.h"

#include <algorithm>
#include <memory>

#include <nghttp2/nghttp2.h>

namespace container_kit::telemetry::test {
namespace {

using End = Http2Answer::End;

// One request and its answer.
struct Stream {
  Http2Request request;
  Http2Answer answer;
  std::size_t sent = 0;
  bool is_answered = false;
};

// One connection.
struct Connection {
  Http2Receiver& receiver;
  std::map<std::int32_t, std::unique_ptr<Stream>> streams;
  std::vector<std::int32_t> to_reset = {};  // once their answers have gone
  bool is_over = false;
};

nghttp2_nv field_of(const std::pair<std::string, std::string>& field) {
  const auto bytes = [](const std::string& text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(field.first), bytes(field.second), field.first.size(), field.second.size(),
          NGHTTP2_NV_FLAG_NONE};
}

std::vector<nghttp2_nv> fields_of(const Fields& fields) {
  std::vector<nghttp2_nv> all(fields.size());
  std::transform(fields.begin(), fields.end(), all.begin(), &field_of);
  return all;
}

// The body is at its end: what comes now.
ssize_t end_body(nghttp2_session* session, std::int32_t id, const Stream& stream, std::uint32_t* flags) {
  switch (stream.answer.end) {
    case End::kReset:
      nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id, NGHTTP2_INTERNAL_ERROR);
      return NGHTTP2_ERR_DEFERRED;
    case End::kNever:
    case End::kClosed:
      return NGHTTP2_ERR_DEFERRED;
    default:
      break;
  }
  *flags |= NGHTTP2_DATA_FLAG_EOF;
  if (!stream.answer.trailers.empty()) {
    *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
    const auto trailers = fields_of(stream.answer.trailers);
    nghttp2_submit_trailer(session, id, trailers.data(), trailers.size());
  }
  return 0;
}

ssize_t give_body(nghttp2_session* session, std::int32_t id, std::uint8_t* out, std::size_t room,
                  std::uint32_t* flags, nghttp2_data_source* source, void* user) {
  auto& stream = *static_cast<Stream*>(source->ptr);
  const std::string& body = stream.answer.body;
  if (stream.sent == body.size() && stream.answer.end == End::kEndless) stream.sent = 0;
  const std::size_t size = std::min(room, body.size() - stream.sent);
  std::copy_n(body.data() + stream.sent, size, out);
  stream.sent += size;
  if (size > 0) return static_cast<ssize_t>(size);
  if (stream.answer.end == End::kClosed) static_cast<Connection*>(user)->is_over = true;
  return end_body(session, id, stream, flags);
}

void answer(nghttp2_session* session, Connection& connection, std::int32_t id, Stream& stream) {
  stream.answer = connection.receiver.receive(stream.request);
  const auto headers = fields_of(stream.answer.headers);
  nghttp2_data_provider body{};
  body.source.ptr = &stream;
  body.read_callback = &give_body;
  const bool is_headers_only =
      stream.answer.body.empty() && stream.answer.trailers.empty() && stream.answer.end == End::kWhole;
  nghttp2_submit_response(session, id, headers.data(), headers.size(), is_headers_only ? nullptr : &body);
  if (connection.receiver.is_early()) connection.to_reset.push_back(id);
  if (stream.answer.end == End::kGoaway) {
    nghttp2_submit_goaway(session, NGHTTP2_FLAG_NONE, id, NGHTTP2_NO_ERROR, nullptr, 0);
  }
}

int on_frame(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
  auto& connection = *static_cast<Connection*>(user);
  const bool is_request = frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
  const bool is_whole = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  if (!is_request || !(is_whole || connection.receiver.is_early())) return 0;
  const auto found = connection.streams.find(frame->hd.stream_id);
  if (found == connection.streams.end() || found->second->is_answered) return 0;
  found->second->is_answered = true;
  answer(session, connection, found->first, *found->second);
  return 0;
}

Stream& stream_of(void* user, std::int32_t id) {
  auto& slot = static_cast<Connection*>(user)->streams[id];
  if (slot == nullptr) slot = std::make_unique<Stream>();
  return *slot;
}

int on_header(nghttp2_session* /*session*/, const nghttp2_frame* frame, const std::uint8_t* name,
              std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
              std::uint8_t /*flags*/, void* user) {
  const auto text = [](const std::uint8_t* bytes, std::size_t size) {
    return std::string(reinterpret_cast<const char*>(bytes), size);
  };
  stream_of(user, frame->hd.stream_id).request.headers[text(name, name_size)] = text(value, value_size);
  return 0;
}

int on_data(nghttp2_session* /*session*/, std::uint8_t /*flags*/, std::int32_t id, const std::uint8_t* data,
            std::size_t size, void* user) {
  stream_of(user, id).request.body.append(reinterpret_cast<const char*>(data), size);
  return 0;
}

int on_closed(nghttp2_session* /*session*/, std::int32_t id, std::uint32_t /*error*/, void* user) {
  auto& connection = *static_cast<Connection*>(user);
  const auto found = connection.streams.find(id);
  if (found == connection.streams.end()) return 0;
  if (found->second->answer.end == End::kGoaway) connection.is_over = true;
  connection.streams.erase(found);
  return 0;
}

bool send_pending(nghttp2_session* session, Channel& channel) {
  const std::uint8_t* bytes = nullptr;
  for (;;) {
    const ssize_t size = nghttp2_session_mem_send(session, &bytes);
    if (size < 0) return false;
    if (size == 0) return true;
    if (!channel.write({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)})) return false;
  }
}

nghttp2_session* new_session(Connection& connection) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, &on_frame);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, &on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &on_data);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, &on_closed);
  nghttp2_session* session = nullptr;
  nghttp2_session_server_new(&session, callbacks, &connection);
  nghttp2_session_callbacks_del(callbacks);
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, nullptr, 0);
  return session;
}

// As RFC 9113, 8.1, has it of a server that needs no more of a request.
bool send_resets(nghttp2_session* session, Connection& connection, Channel& channel) {
  for (const std::int32_t id : connection.to_reset) {
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id, NGHTTP2_NO_ERROR);
  }
  connection.to_reset.clear();
  return send_pending(session, channel);
}

void serve(Http2Receiver& receiver, Channel& channel) {
  constexpr std::size_t kMost = 65'536;
  Connection connection{receiver, {}};
  const std::unique_ptr<nghttp2_session, void (*)(nghttp2_session*)> session(new_session(connection),
                                                                             &nghttp2_session_del);
  while (send_pending(session.get(), channel) && send_resets(session.get(), connection, channel) &&
         !connection.is_over) {
    const std::string bytes = channel.read(kMost);
    if (bytes.empty()) return;
    const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    if (nghttp2_session_mem_recv(session.get(), data, bytes.size()) < 0) return;
  }
}

}  // namespace

bool Http2Answer::is_success() const {
  return trailers == Fields{{"grpc-status", "0"}} && (end == End::kWhole || end == End::kGoaway);
}

Http2Answer Http2Answer::trailers_only(const std::string& status, Fields more) {
  Http2Answer answer;
  answer.headers.emplace_back("grpc-status", status);
  answer.headers.insert(answer.headers.end(), more.begin(), more.end());
  answer.body.clear();
  answer.trailers.clear();
  return answer;
}

Http2Answer Http2Answer::with_status(const std::string& status, Fields more) {
  Http2Answer answer;
  answer.trailers = {{"grpc-status", status}};
  answer.trailers.insert(answer.trailers.end(), more.begin(), more.end());
  return answer;
}

Http2Receiver::Http2Receiver(std::optional<TlsIdentity> identity)
    : is_tls_(identity.has_value()),
      server_([this](Channel& channel) { serve(*this, channel); }, std::move(identity)) {}

std::string Http2Receiver::url() const {
  return (is_tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(server_.port());
}

std::vector<Http2Request> Http2Receiver::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void Http2Receiver::answer_with(Http2Answer answer) {
  const std::lock_guard lock(mutex_);
  answer_ = std::move(answer);
}

void Http2Receiver::script(std::vector<Http2Answer> answers) {
  const std::lock_guard lock(mutex_);
  script_.insert(script_.end(), answers.begin(), answers.end());
}

Http2Answer Http2Receiver::receive(Http2Request request) {
  const std::lock_guard lock(mutex_);
  Http2Answer answer = script_.empty() ? answer_ : script_.front();
  if (!script_.empty()) script_.pop_front();
  request.is_taken = answer.is_success();
  requests_.push_back(std::move(request));
  return answer;
}

}  // namespace container_kit::telemetry::test
