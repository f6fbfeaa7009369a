"""The mind: planners over llama.cpp and over OpenAI-compatible servers, and the scripted one."""
